package dev.larder.key;

import static dev.larder.key.SampleRoute.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rules.Rules.OtherQuery;
import dev.larder.rules.Rules.ValueType;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyShapeTest {

    private static KeyShape shape(SampleRoute route) {
        return KeyShape.of(route.build());
    }

    private static SampleRoute route(String name) {
        return SampleRoute.of(name, "/x");
    }

    @Test
    void parametersAreSorted() {
        KeyShape shape = shape(route("r").paged().other(OtherQuery.KEY));
        assertEquals(
                List.of("limit", "page", "search"),
                List.copyOf(shape.parameters().keySet()));
        assertTrue(shape.open());
        assertFalse(shape(route("r")).open());
    }

    @Test
    void valuesCanMakeTheNameOfAnotherRoute() {
        KeyShape courses = shape(route("courses").key("by", query("by").source()));
        assertTrue(courses.mayMeet(shape(route("courses:by:name"))));
        assertTrue(shape(route("courses:by:name")).mayMeet(courses));
        assertTrue(courses.mayMeet(courses));
        assertTrue(courses.mayMeet(
                shape(route("courses").key("by", query("b").source()).other(OtherQuery.KEY))));
    }

    @Test
    void typedValuesMeetOnlyWhatTheyCanBe() {
        KeyShape page =
                shape(route("r").key("page", query("page").ofType(ValueType.INT).source()));
        assertTrue(page.mayMeet(shape(route("r:page:7"))));
        assertFalse(page.mayMeet(shape(route("r:page:all"))));
    }

    @Test
    void shapesOfOtherLengthOrNamesNeverMeet() {
        KeyShape courses = shape(route("courses").key("by", query("by").source()));
        assertFalse(courses.mayMeet(shape(route("courses"))));
        assertFalse(courses.mayMeet(shape(route("courses:of:name"))));
        assertFalse(courses.mayMeet(shape(route("course").key("by", query("by").source()))));
    }
}
