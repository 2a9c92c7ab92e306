package io.foldserve.checkpoint.pickle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A value in a pickle.
 *
 * <p>A pickle can share one container between many places, or put it into itself, at a cost of two bytes each. So
 * containers are equal only to themselves and print only their kind: nothing here ever walks a nested structure. Empty
 * ones, which cost one byte, hold no lists.
 */
public sealed interface Value {

    /** What Python calls this kind of value, for error messages. */
    String kind();

    /** Python's {@code None}. */
    enum None implements Value {
        NONE;

        @Override
        public String kind() {
            return "None";
        }
    }

    /** A {@code bool}. */
    record Flag(boolean value) implements Value {
        @Override
        public String kind() {
            return "a bool";
        }
    }

    /** An {@code int} that fits 64 bits. */
    record Int(long value) implements Value {
        @Override
        public String kind() {
            return "an int";
        }
    }

    /** A {@code float}. */
    record Real(double value) implements Value {
        @Override
        public String kind() {
            return "a float";
        }
    }

    /** A {@code str}. */
    record Text(String value) implements Value {
        @Override
        public String kind() {
            return "a str";
        }
    }

    /** A class or function that a pickle names, and that its reader allows: module and name joined by a dot. */
    record Global(String name) implements Value {
        @Override
        public String kind() {
            return "the global " + name;
        }
    }

    /** A value that is recognised and of no use, such as raw bytes or a number beyond 64 bits. */
    record Opaque(String kind) implements Value {}

    /**
     * An object of a class that its reader does not know. It was not made by running anything: all that is kept is the
     * state that was set on it.
     */
    final class Instance implements Value {
        private final String type;
        private Value state = None.NONE;

        /** An object of the class {@code type}, with nothing set on it. */
        public Instance(String type) {
            this.type = type;
        }

        /** The class, or the function that made it: module and name joined by a dot. */
        public String type() {
            return type;
        }

        /** What was set on it, usually a {@link Dict} of attributes; {@link None} if nothing was. */
        public Value state() {
            return state;
        }

        void set(Value attributes) {
            state = attributes;
        }

        @Override
        public String kind() {
            return "an object of " + type;
        }
    }

    /** A {@code tuple} or a {@code list}. */
    final class Sequence implements Value {
        private List<Value> items;
        private final boolean growing;
        private Optional<Dict> named = Optional.empty();

        private Sequence(List<Value> items, boolean growing) {
            this.items = items;
            this.growing = growing;
        }

        static Sequence list(List<Value> items) {
            return new Sequence(items, true);
        }

        static Sequence tuple(List<Value> items) {
            return new Sequence(items, false);
        }

        /** The items, to read. */
        public List<Value> items() {
            return Collections.unmodifiableList(items);
        }

        /**
         * The items as a dict: each under its name if all are pairs of a text and a value, as those of {@code
         * list(module.named_parameters())} are; else the containers among them under their positions, from {@code 0}.
         * Made when it is first asked for, once the pickle is read.
         */
        public Dict named() {
            Dict dict = named.orElseGet(() -> pairs().orElseGet(this::positions));
            named = Optional.of(dict);
            return dict;
        }

        private Optional<Dict> pairs() {
            Dict dict = new Dict();
            for (Value item : items) {
                if (!(item instanceof Sequence pair)
                        || pair.items.size() != 2
                        || !(pair.items.get(0) instanceof Text)) {
                    return Optional.empty();
                }
                dict.put(pair.items.get(0), pair.items.get(1));
            }
            return items.isEmpty() ? Optional.empty() : Optional.of(dict);
        }

        private Dict positions() {
            Dict dict = new Dict();
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i) instanceof Dict || items.get(i) instanceof Sequence) {
                    dict.put(new Text(Integer.toString(i)), items.get(i));
                }
            }
            return dict;
        }

        boolean isList() {
            return growing;
        }

        void append(Value item) {
            if (items.isEmpty()) {
                items = new ArrayList<>(1);
            }
            items.add(item);
        }

        @Override
        public String kind() {
            return growing ? "a list" : "a tuple";
        }
    }

    /** A {@code dict} or an {@code OrderedDict}: its items in the order in which they were set. */
    final class Dict implements Value {
        private static final int LONGEST_NAME = 256;

        private List<Value> keys = List.of();
        private List<Value> values = List.of();
        private Map<String, Value> nested = Map.of();
        private boolean made;

        /** Sets one item. A key that is set again is not replaced but found twice: no writer of pickles does that. */
        public void put(Value key, Value value) {
            if (keys.isEmpty()) {
                keys = new ArrayList<>(1);
                values = new ArrayList<>(1);
            }
            keys.add(key);
            values.add(value);
            if (key instanceof Text && value instanceof Made) {
                made = true;
            }
            if (key instanceof Text text
                    && (value instanceof Dict || value instanceof Sequence)
                    && text.value().length() <= LONGEST_NAME) {
                nested = nested.isEmpty() ? new LinkedHashMap<>() : nested;
                nested.put(text.value(), value);
            }
        }

        /** The keys, one per item, to read. */
        public List<Value> keys() {
            return Collections.unmodifiableList(keys);
        }

        /** The values, one per key, to read. */
        public List<Value> values() {
            return Collections.unmodifiableList(values);
        }

        /** The text keys of at most 256 characters with a dict, a list or a tuple directly under them. */
        public Set<String> nested() {
            return Collections.unmodifiableSet(nested.keySet());
        }

        /** The dict that is directly under {@code key}, or the list or tuple as {@link Sequence#named()} tells it. */
        public Optional<Dict> nested(String key) {
            return Optional.ofNullable(nested.get(key)).map(Dict::of);
        }

        private static Dict of(Value container) {
            return container instanceof Sequence sequence ? sequence.named() : (Dict) container;
        }

        /** True if a {@link Made} value is directly under a text key; takes constant time. */
        public boolean holdsMade() {
            return made;
        }

        @Override
        public String kind() {
            return "a dict";
        }
    }

    /** What the reader of a pickle made of an allowed call or of a persistent id. */
    non-sealed interface Made extends Value {}
}
