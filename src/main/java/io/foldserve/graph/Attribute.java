package io.foldserve.graph;

import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

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

    /** Anything else (subgraphs, sparse tensors, types): the encoded ONNX attribute, passed through untouched. */
    record Opaque(ByteBuffer encoded) implements Attribute {
        /** Keeps a read-only view. */
        public Opaque {
            encoded = encoded.asReadOnlyBuffer();
        }
    }

    /** An integer attribute. */
    static Attribute of(long value) {
        return new Int(value);
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
