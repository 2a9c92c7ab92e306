package io.foldserve.checkpoint.pickle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        private Map<String, Dict> nested = Map.of();
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
                    && value instanceof Dict dict
                    && text.value().length() <= LONGEST_NAME) {
                nested = nested.isEmpty() ? new LinkedHashMap<>() : nested;
                nested.put(text.value(), dict);
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

        /** The dicts that are directly under a text key of at most 256 characters, by that key, to read. */
        public Map<String, Dict> nested() {
            return Collections.unmodifiableMap(nested);
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
