package dev.larder.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ReportsTest {
    private final Findings findings = SampleFindings.findings();

    @Test
    void tableHasTheColumnsThatSomebodyHasValuesForAndLinesUp() {
        assertEquals("""
                Hits & <one> key (one-key)
                                     a second  CPU each
                                                     µs
                larder                120,000      8.50
                nginx "proxy_cache"    90,000     10.00
                <alone>
                """, TextTable.render(SampleFindings.section()));
    }

    @Test
    void jsonIsReadBackAsItWasWritten() {
        String json = JsonReport.render(findings);
        assertEquals(json, JsonReport.render(JsonReport.parse(json)));
        assertEquals(
                findings.sections().get(0).rows().get(0),
                JsonReport.parse(json).sections().get(0).rows().get(0));
        assertThrows(IllegalArgumentException.class, () -> JsonReport.parse("[]"));
    }

    @Test
    void pageIsWellFormedAndEscapesWhatItIsGiven() throws Exception {
        Document page = parse(HtmlReport.render(findings));
        assertEquals("Hits & <one> key", page.getElementsByTagName("h2").item(0).getTextContent());
        assertEquals(
                "map $a { \"~<x>\" 1; }\n",
                page.getElementsByTagName("pre").item(0).getTextContent());
    }

    @Test
    void pageAsksNothingOfAnybody() throws Exception {
        String text = HtmlReport.render(findings);
        Document page = parse(text);
        List<String> links = new ArrayList<>();
        NodeList all = page.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            links.add(element.getAttribute("src"));
            links.add(element.getAttribute("href"));
            assertFalse(
                    List.of("script", "link", "img", "iframe", "object", "use", "image")
                            .contains(element.getTagName().toLowerCase(Locale.ROOT)),
                    element.getTagName());
        }
        links.removeIf(link -> link.isEmpty() || link.startsWith("#"));
        assertEquals(List.of(), links);
        String style = page.getElementsByTagName("style").item(0).getTextContent();
        assertFalse(style.contains("url(") || style.contains("@import"), style);
    }

    @Test
    void whatHasNoValuesIsNotDrawn() throws Exception {
        Document page = parse(HtmlReport.render(findings));
        NodeList drawings = page.getElementsByTagName("svg");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < drawings.getLength(); i++) {
            names.add(((Element) drawings.item(i)).getAttribute("aria-label"));
        }
        assertEquals(List.of("a second", "CPU each (µs)", "Latency", "Hits over time"), names);
    }

    @Test
    void noCoordinateIsOutOfReach() {
        String text = HtmlReport.render(findings);
        assertFalse(text.contains("NaN"), text);
        assertFalse(text.contains("Infinity"), text);
    }

    @Test
    void headlineComparesLarderWithNginx() throws Exception {
        Document page = parse(HtmlReport.render(findings));
        assertEquals("0.85", page.getElementsByTagName("b").item(0).getTextContent());
    }

    @Test
    void findingsOfNothingArePageAsWell() throws Exception {
        Findings nothing = new Findings("", "", java.util.Map.of(), List.of(), java.util.Map.of(), List.of());
        assertTrue(parse(HtmlReport.render(nothing)).getElementsByTagName("h1").getLength() == 1);
    }

    private static Document parse(String page) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
    }
}
