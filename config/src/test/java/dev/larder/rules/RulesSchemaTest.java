package dev.larder.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds {@code config/rules.schema.json}, by which editors complete and check, to the tables of the loader. */
@NullUnmarked
class RulesSchemaTest {

    private static final Path FILE = Path.of("rules.schema.json");
    private static final Path GOLDEN = Path.of("src/test/resources/rules");
    private static final JsonNode SCHEMA = read();
    private static final Schema VALIDATOR = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SCHEMA.toString(), InputFormat.JSON);

    static Stream<Section> sections() {
        return Grammar.SECTIONS.stream();
    }

    @ParameterizedTest
    @MethodSource("sections")
    void everyMapHasTheFieldsOfItsTableAndNoOthers(Section section) {
        JsonNode definition = definition(section);
        List<String> properties = new ArrayList<>();
        definition.path("properties").fieldNames().forEachRemaining(properties::add);
        assertEquals(section.names(), properties);
        assertEquals("false", definition.path("additionalProperties").toString());
        for (Section.Field field : section.fields()) {
            assertEquals(
                    field.meaning(),
                    definition
                            .at("/properties/" + field.name() + "/description")
                            .asText(),
                    field.name());
        }
    }

    @ParameterizedTest
    @MethodSource("sections")
    void everyMapRequiresWhatItsTableRequires(Section section) {
        List<String> required = new ArrayList<>();
        definition(section).path("required").forEach(name -> required.add(name.asText()));
        // Where a key parameter is read may be said in defaults, which a schema cannot see.
        List<String> expected = section == Grammar.KEY_PARAMETER
                ? List.of()
                : section.fields().stream()
                        .filter(Section.Field::required)
                        .map(Section.Field::name)
                        .toList();
        assertEquals(expected, required);
    }

    @ParameterizedTest
    @CsvSource({
        "TYPES, /keyParameter/properties/type/enum",
        "MANY, /keyParameter/properties/many/enum",
        "FOLDS, /keyParameter/properties/fold/anyOf/0/enum",
        "FOLDS, /keyParameter/properties/fold/anyOf/1/items/enum",
        "COMPRESSIONS, /route/properties/compress/enum",
        "OTHER_QUERY, /query/properties/other/enum",
        "OVERRIDES, /route/properties/origin-cache-control/anyOf/1/enum",
        "OVERRIDES, /route/properties/origin-cache-control/anyOf/2/items/enum",
        "ALGORITHMS, /jwt/properties/algorithms/anyOf/0/enum",
        "ALGORITHMS, /jwt/properties/algorithms/anyOf/1/items/enum",
    })
    void everyWordIsOneOfTheLoaders(String constant, String pointer) throws ReflectiveOperationException {
        List<String> words = new ArrayList<>();
        SCHEMA.at("/$defs" + pointer).forEach(word -> words.add(word.asText()));
        assertEquals(Grammar.class.getDeclaredField(constant).get(null), words);
    }

    @Test
    void noReferenceLeadsNowhereAndNoDefinitionIsLeftOver() {
        Set<String> used = new HashSet<>(Set.of("file"));
        SCHEMA.findValuesAsText("$ref").forEach(reference -> used.add(reference.replace("#/$defs/", "")));
        Set<String> defined = new HashSet<>();
        SCHEMA.path("$defs").fieldNames().forEachRemaining(defined::add);
        assertEquals(defined, used);
    }

    static Stream<Path> valid() throws IOException {
        return Stream.concat(
                Stream.of(Path.of("../rules.yaml"), Path.of("examples/generic.rules.yaml")), golden("valid"));
    }

    @ParameterizedTest
    @MethodSource("valid")
    void whatTheLoaderAcceptsTheSchemaAccepts(Path file) throws IOException {
        assertEquals(List.of(), validate(file));
    }

    static Stream<Path> withUnknownFields() throws IOException {
        return golden("invalid").filter(file -> problems(file).contains("unknown field"));
    }

    @ParameterizedTest
    @MethodSource("withUnknownFields")
    void unknownFieldsAreRefusedByTheSchemaToo(Path file) throws IOException {
        assertFalse(validate(file).isEmpty());
    }

    /**
     * The files that editors cannot find fault with: what is wrong in them lies between two places of the file. So it is
     * with all files {@code compile-…}, which only the rulebook refuses.
     */
    private static final Set<String> BEYOND_A_SCHEMA = Set.of(
            "access-missing",
            "identity-ambiguous",
            "identity-not-configured",
            "identity-not-defined",
            "key-credential",
            "key-identity",
            "key-leaves-out-path",
            "set-cycle",
            "variable-not-defined");

    @Test
    void whatASchemaCanSeeItRefuses() throws IOException {
        List<String> accepted = new ArrayList<>();
        try (Stream<Path> files =
                golden("invalid").filter(file -> !file.getFileName().toString().startsWith("compile-"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".yaml", "");
                Problems broken = new Problems(name);
                boolean readable =
                        YamlReader.read(Files.readString(file), broken).isPresent() && broken.isEmpty();
                if (readable && validate(file).isEmpty()) {
                    accepted.add(name);
                }
            }
        }
        assertEquals(BEYOND_A_SCHEMA, new TreeSet<>(accepted));
    }

    private static JsonNode definition(Section section) {
        // The short form "METHOD /path" makes "when" a choice; the map in it goes by a name of its own.
        JsonNode definition = SCHEMA.at("/$defs/" + (section == Grammar.WHEN ? "request" : section.name()));
        assertTrue(definition.isObject(), section.name());
        return definition;
    }

    private static List<Error> validate(Path file) throws IOException {
        Problems problems = new Problems(file.toString());
        YamlNode root = YamlReader.read(Files.readString(file), problems).orElseThrow();
        return VALIDATOR.validate(json(root).toString(), InputFormat.JSON);
    }

    /** As an editor sees it: by YAML 1.2, where plain numbers, booleans and null have a type. */
    private static JsonNode json(YamlNode node) {
        if (node instanceof YamlNode.Mapping mapping) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            mapping.entries().forEach(entry -> object.set(entry.key(), json(entry.value())));
            return object;
        }
        if (node instanceof YamlNode.Sequence sequence) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            sequence.items().forEach(item -> array.add(json(item)));
            return array;
        }
        YamlNode.Scalar scalar = (YamlNode.Scalar) node;
        if (scalar.isEmpty()) {
            return JsonNodeFactory.instance.nullNode();
        }
        if (scalar.plain() && scalar.text().matches("true|false|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?")) {
            try {
                return new ObjectMapper().readTree(scalar.text());
            } catch (IOException impossible) {
                throw new AssertionError(impossible);
            }
        }
        return JsonNodeFactory.instance.textNode(scalar.text());
    }

    private static Stream<Path> golden(String folder) throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    private static String problems(Path file) {
        try {
            return Files.readString(Path.of(file.toString().replace(".yaml", ".problems")));
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    private static JsonNode read() {
        try {
            JsonNode schema = new ObjectMapper().readTree(Files.readString(FILE));
            assertNotNull(schema);
            return schema;
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }
}
