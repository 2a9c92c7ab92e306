package io.foldserve.declaration;

import io.foldserve.problem.Problems;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One declared mapping, read key by key.
 *
 * <p>Whatever is wrong becomes a problem that begins with the key's full path ({@code variants.doconv.traffic}) and
 * says what was expected and what was found; the value then reads as absent, so that reading goes on. A key that is
 * none of the mapping's is a problem from the start; if it is a slip for one that is missing, the missing one is no
 * second problem. Not thread-safe: it belongs to one reading.
 */
public final class Section {
    private static final int LONGEST_QUOTE = 80;

    private final String path;
    private final Map<String, @Nullable Object> declared;
    private final Keys keys;
    private final Problems problems;
    private final Set<String> misspelt = new HashSet<>();

    /**
     * Opens {@code declared}.
     *
     * @param path where it stands in its file; empty for the outermost mapping
     * @param keys all that it may have
     * @param problems where what is wrong goes to
     */
    public Section(String path, Map<String, @Nullable Object> declared, Keys keys, Problems problems) {
        this.path = path;
        this.declared = Collections.unmodifiableMap(new LinkedHashMap<>(declared));
        this.keys = keys;
        this.problems = problems;
        refuseOtherKeys();
    }

    private Section(String path, Map<String, @Nullable Object> declared, Problems problems) {
        this.path = path;
        this.declared = Collections.unmodifiableMap(new LinkedHashMap<>(declared));
        this.keys = Keys.of();
        this.problems = problems;
    }

    private void refuseOtherKeys() {
        List<String> known = keys.names();
        for (String key : declared.keySet()) {
            if (!known.contains(key)) {
                Optional<String> meant = Nearest.slip(key, known);
                meant.filter(name -> !declared.containsKey(name)).ifPresent(misspelt::add);
                problem(
                        key,
                        "unknown key"
                                + meant.map(name -> ", did you mean " + name + "?")
                                        .orElse("; known are " + String.join(", ", known)));
            }
        }
    }

    /** The full path of {@code key}. */
    public String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Adds a problem with {@code key}. */
    public void problem(String key, String problem) {
        problems.add(path(key) + ": " + problem);
    }

    /** Adds the problem that the value of {@code key} is not what was {@code expected}. */
    public void refuse(Key<?> key, String expected) {
        problem(key.name(), "expected " + expected + ", found " + print(declared.get(key.name())));
    }

    /** The keys that are declared, known or not, in the file's order. */
    public List<String> declaredKeys() {
        return new ArrayList<>(declared.keySet());
    }

    /** True if {@code key} is declared, whatever its value. */
    public boolean has(Key<?> key) {
        return declared.containsKey(key.name());
    }

    /** True if {@code key} is not declared, but an unknown key that is a slip for it. */
    public boolean isMisspelt(Key<?> key) {
        return misspelt.contains(key.name());
    }

    /** The value of {@code key}, if it is declared and of its type; a required one that is missing is a problem. */
    public <T> Optional<T> find(Key<T> key) {
        if (!keys.all().contains(key)) {
            throw new IllegalArgumentException("%s is read but not described".formatted(path(key.name())));
        }
        if (!has(key)) {
            if (key.required() && !isMisspelt(key)) {
                refuse(key, key.type().expected());
            }
            return Optional.empty();
        }
        Optional<T> value = Optional.ofNullable(declared.get(key.name())).flatMap(key.type()::parse);
        if (value.isEmpty()) {
            refuse(key, key.type().expected());
        }
        return value;
    }

    /** The value of {@code key}, or what it is when it is left out. */
    public <T> T read(Key<T> key) {
        return find(key).or(key::absent).orElseThrow(() -> new IllegalArgumentException(key + " has no default"));
    }

    /** The value of {@code key}, whose absence is a problem here although other mappings may leave it out. */
    public <T> Optional<T> demand(Key<T> key) {
        if (!has(key) && !isMisspelt(key)) {
            refuse(key, key.type().expected());
        }
        return find(key);
    }

    /** True if {@code key} is one that this mapping may have. */
    public boolean knows(Key<?> key) {
        return keys.all().contains(key);
    }

    /** Adds a problem inside the value of {@code key}, which begins with the path from there. */
    public void problem(Key<?> key, String problem) {
        problems.add(path(key.name()) + "." + problem);
    }

    /**
     * The mapping from the user's own names that {@code key} declares, if it does; its values are for {@link #named}.
     */
    public Optional<Section> names(Key<Map<String, @Nullable Object>> key) {
        return find(key).map(found -> new Section(path(key.name()), found, problems));
    }

    /** The mapping that {@code key} declares, if it does. */
    public Optional<Section> inside(Key<Map<String, @Nullable Object>> key, MappingType type) {
        return find(key).map(found -> new Section(path(key.name()), found, type.form(found), problems));
    }

    /** The mapping that the user's own name {@code name} stands for, if it is one. */
    public Optional<Section> named(String name, MappingType type) {
        Optional<Map<String, @Nullable Object>> found =
                Optional.ofNullable(declared.get(name)).flatMap(MappingType::plain);
        if (found.isEmpty()) {
            problem(name, "expected %s, found %s".formatted(type.expected(), print(declared.get(name))));
        }
        return found.map(map -> new Section(path(name), map, type.form(map), problems));
    }

    /** {@code value} as an error quotes it. */
    public static String print(@Nullable Object value) {
        String text = value == null ? "nothing" : quoted(value);
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }

    private static String quoted(@Nullable Object value) {
        if (value instanceof String text) {
            return '"' + text + '"';
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Section::quoted).toList().toString();
        }
        return String.valueOf(value);
    }
}
