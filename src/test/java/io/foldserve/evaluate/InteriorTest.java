package io.foldserve.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InteriorTest {

    @Test
    void leavesAFrameOfOneAroundAPadded3x3() {
        assertThat(picture(Map.of("pads", Attribute.ints(1, 1, 1, 1)), Shape.of(1, 1, 4, 5), 4, 5))
                .containsExactly("-----", "-###-", "-###-", "-----");
    }

    @Test
    void followsStrideDilationAndAsymmetricPads() {
        Map<String, Attribute> attributes = Map.of(
                "pads", Attribute.ints(2, 0, 0, 1),
                "dilations", Attribute.ints(2, 1),
                "strides", Attribute.ints(1, 2));
        assertThat(picture(attributes, Shape.of(1, 1, 5, 6), 3, 3)).containsExactly("---", "---", "##-");
    }

    @Test
    void holdsEverythingWithoutPads() {
        assertThat(picture(Map.of(), Shape.of(1, 1, 4, 3), 2, 1)).containsExactly("#", "#");
    }

    @Test
    void isEmptyWhenThePaddingIsEverywhere() {
        Node conv = conv(Map.of("pads", Attribute.ints(1, 1, 1, 1)));
        assertThat(Interior.of(conv, Shape.of(1, 1, 1, 1), Shape.of(1, 1, 3, 3)).size())
                .isZero();
    }

    @Test
    void isTheSameInEveryChannel() {
        Node conv = conv(Map.of("pads", Attribute.ints(1, 1, 1, 1)));
        Interior interior = Interior.of(conv, Shape.of(1, 1, 3, 3), Shape.of(2, 1, 3, 3));
        assertThat(IntStream.range(0, 18).filter(interior::contains)).containsExactly(4, 13);
    }

    private static Node conv(Map<String, Attribute> attributes) {
        return new Node("conv", "", "Conv", List.of("x", "k", "b"), List.of("y"), attributes);
    }

    /** The output positions row by row: # in the interior, - on the border. */
    private static List<String> picture(Map<String, Attribute> attributes, Shape input, int rows, int columns) {
        Interior interior = Interior.of(conv(attributes), input, Shape.of(1, 1, 3, 3));
        return IntStream.range(0, rows)
                .mapToObj(row -> IntStream.range(0, columns)
                        .mapToObj(column -> interior.contains(row * columns + column) ? "#" : "-")
                        .collect(Collectors.joining()))
                .toList();
    }
}
