package io.foldserve.graph;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** The value of a node's attribute. One record for each kind that ONNX knows; immutable. */
public sealed interface Attribute {

    /** An integer. */
    record Int(long value) implements Attribute {}

    /** A list of integers. */
    record Ints(List<Long> values) implements Attribute {
        /** Copies the list. */
        public Ints {
            values = List.copyOf(values);
        }
    }

    /**
     * A real number, kept in double precision: ONNX stores it as float32, but a batch norm's epsilon that came from a
     * declaration is folded as declared.
     */
    record Real(double value) implements Attribute {}

    /** A list of real numbers. */
    record Reals(List<Double> values) implements Attribute {
        /** Copies the list. */
        public Reals {
            values = List.copyOf(values);
        }
    }

    /** A string. */
    record Text(String value) implements Attribute {}

    /** A list of strings. */
    record Texts(List<String> values) implements Attribute {
        /** Copies the list. */
        public Texts {
            values = List.copyOf(values);
        }
    }

    /** A tensor. */
    record Value(Tensor value) implements Attribute {}

    /**
     * Anything else (subgraphs, sparse tensors, types): the encoded ONNX attribute, passed through untouched.
     *
     * @param encoded the attribute's bytes
     * @param reads the values of the surrounding graph that its subgraphs read
     * @param assigns the names that its subgraphs give to values of their own, which must not be given to others
     */
    record Opaque(ByteBuffer encoded, Set<String> reads, Set<String> assigns) implements Attribute {
        /** Keeps a read-only view, and copies the sets. */
        public Opaque {
            encoded = encoded.asReadOnlyBuffer();
            reads = Set.copyOf(reads);
            assigns = Set.copyOf(assigns);
        }

        /** An attribute without subgraphs. */
        public Opaque(ByteBuffer encoded) {
            this(encoded, Set.of(), Set.of());
        }
    }

    /** An integer attribute. */
    static Attribute of(long value) {
        return new Int(value);
    }

    /** An attribute that names an element type, by its number in ONNX. */
    static Attribute of(DType type) {
        return new Int(ElementTypes.number(type));
    }

    /** A real attribute. */
    static Attribute of(double value) {
        return new Real(value);
    }

    /** A string attribute. */
    static Attribute of(String value) {
        return new Text(value);
    }

    /** A list-of-integers attribute. */
    static Attribute ints(List<Integer> values) {
        return new Ints(values.stream().map(Integer::longValue).toList());
    }

    /** A list-of-integers attribute. */
    static Attribute ints(long... values) {
        return new Ints(java.util.Arrays.stream(values).boxed().toList());
    }
}
