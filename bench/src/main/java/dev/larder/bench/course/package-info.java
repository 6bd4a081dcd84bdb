/**
 * The course backend: a plain application on a real PostgreSQL that knows nothing of any cache, and behaves as the course
 * platform does wherever a proxy can see it. Imports nothing of larder. Start reading at {@link
 * dev.larder.bench.course.CourseBackend}, then {@link dev.larder.bench.course.CourseRoutes}.
 */
@NullMarked
package dev.larder.bench.course;

import org.jspecify.annotations.NullMarked;
