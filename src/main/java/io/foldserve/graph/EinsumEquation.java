package io.foldserve.graph;

import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * An einsum equation resolved against its operands: one index for each operand's axis, in NumPy's notation as ONNX's
 * Einsum takes it. An ellipsis stands for broadcast axes, which become indexes of their own ({@code .0} the last,
 * {@code .1} the one before); without {@code ->} the output is the ellipsis, then the letters that occur once, sorted.
 *
 * @param operands the indexes of each operand's axes, in order
 * @param output the indexes of the result's axes, in order
 * @param extents the extent of every index
 */
public record EinsumEquation(List<List<String>> operands, List<String> output, Map<String, Integer> extents) {

    /** Copies the collections. */
    public EinsumEquation {
        operands = operands.stream().map(List::copyOf).toList();
        output = List.copyOf(output);
        extents = Collections.unmodifiableMap(new LinkedHashMap<>(extents));
    }

    /**
     * Resolves {@code equation} for operands of {@code shapes}.
     *
     * @throws IllegalArgumentException if the equation is malformed or does not fit the shapes
     */
    public static EinsumEquation of(String equation, List<Shape> shapes) {
        String compact = equation.replace(" ", "");
        String[] sides = compact.split("->", -1);
        String[] terms = sides[0].split(",", -1);
        if (sides.length > 2 || terms.length != shapes.size()) {
            throw new IllegalArgumentException(
                    "equation %s has %d terms, found %d operands".formatted(equation, terms.length, shapes.size()));
        }
        List<List<String>> operands = new ArrayList<>();
        Map<String, Integer> extents = new LinkedHashMap<>();
        for (int i = 0; i < terms.length; i++) {
            List<String> indexes = indexes(terms[i], shapes.get(i).rank());
            if (indexes.size() != shapes.get(i).rank()) {
                throw new IllegalArgumentException(
                        "term %s of equation %s does not fit shape %s".formatted(terms[i], equation, shapes.get(i)));
            }
            operands.add(indexes);
            bind(indexes, shapes.get(i), extents, equation);
        }
        return new EinsumEquation(operands, output(sides, operands, extents, equation), extents);
    }

    private static List<String> indexes(String term, int rank) {
        List<String> indexes = new ArrayList<>();
        int hidden = rank - (term.length() - 3);
        for (int at = 0; at < term.length(); at++) {
            if (term.startsWith("...", at)) {
                for (int axis = hidden - 1; axis >= 0; axis--) {
                    indexes.add("." + axis);
                }
                at += 2;
            } else if (Character.isLetter(term.charAt(at))) {
                indexes.add(term.substring(at, at + 1));
            } else {
                throw new IllegalArgumentException(
                        "term %s holds neither a letter nor an ellipsis at %d".formatted(term, at));
            }
        }
        return indexes;
    }

    private static void bind(List<String> indexes, Shape shape, Map<String, Integer> extents, String equation) {
        for (int axis = 0; axis < indexes.size(); axis++) {
            String index = indexes.get(axis);
            int found = shape.extent(axis);
            int bound = extents.getOrDefault(index, found);
            boolean broadcasts = index.startsWith(".") && (bound == 1 || found == 1);
            if (bound != found && !broadcasts) {
                throw new IllegalArgumentException("index %s of equation %s is %d in one operand and %d in another"
                        .formatted(index, equation, bound, found));
            }
            extents.put(index, bound == 1 ? found : bound);
        }
    }

    private static List<String> output(
            String[] sides, List<List<String>> operands, Map<String, Integer> extents, String equation) {
        List<String> hidden = extents.keySet().stream()
                .filter(index -> index.startsWith("."))
                .sorted((a, b) ->
                        Integer.compare(Integer.parseInt(b, 1, b.length(), 10), Integer.parseInt(a, 1, a.length(), 10)))
                .toList();
        List<String> output =
                sides.length == 2 ? indexes(sides[1], sides[1].length() - 3 + hidden.size()) : new ArrayList<>(hidden);
        if (sides.length == 1) {
            Map<String, Long> uses = operands.stream()
                    .flatMap(List::stream)
                    .filter(index -> !index.startsWith("."))
                    .collect(Collectors.groupingBy(index -> index, TreeMap::new, Collectors.counting()));
            uses.forEach((index, count) -> {
                if (count == 1) {
                    output.add(index);
                }
            });
        }
        if (!extents.keySet().containsAll(output) || output.stream().distinct().count() != output.size()) {
            throw new IllegalArgumentException(
                    "the output of equation %s repeats an index or has one of no operand".formatted(equation));
        }
        return output;
    }

    /** The extent of {@code index}. */
    public int extent(String index) {
        Integer extent = extents.get(index);
        if (extent == null) {
            throw new IllegalArgumentException("no operand has index " + index);
        }
        return extent;
    }

    /** The result's shape. */
    public Shape result() {
        return new Shape(output.stream().map(this::extent).toList());
    }
}
