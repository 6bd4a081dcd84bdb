package dev.larder.bench.course;

import static dev.larder.bench.course.CourseRig.USER;
import static dev.larder.bench.course.CourseRig.cookie;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@NullUnmarked
class CourseAdminTest {
    @RegisterExtension
    static final CourseRig rig = new CourseRig();

    @Test
    void countsAreShownAndDataIsPutBack() throws Exception {
        try (CourseAdmin admin = CourseAdmin.start(0, rig.backend().database())) {
            int port = admin.address().getPort();
            long before = total(port);
            rig.get("/api/user/courses/c001/lessons", cookie(USER));
            assertEquals(before + 10, total(port));
            rig.send("DELETE", "/api/admin/courses/c001/lessons/l001-01", "");
            assertEquals(200, RawHttp.send(port, "POST", "/__reset", "").status());
            assertEquals(
                    200,
                    rig.get("/api/admin/courses/c001/lessons/l001-01", cookie("u001"))
                            .status());
        }
    }

    private static long total(int port) {
        return CourseRig.json(RawHttp.send(port, "GET", "/__statements", "").text())
                .path("total")
                .asLong();
    }
}
