/** The live page as people use it: in a browser. Start reading at LivePageTest. */
@NullMarked
package dev.larder.page;

import org.jspecify.annotations.NullMarked;
