package io.foldserve.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphVerifierTest {
    private static final Value X = Value.of("x", DType.FLOAT32, Shape.of(1, 2));
    private static final Tensor PAIR = Tensor.ofFloats(Shape.of(2), 1, 2);

    @Test
    void findsNothingWrongWithAGraphInOrder() {
        assertThat(problems(
                        List.of(node("a", "Add", List.of("x", "c"), "a"), node("b", "Relu", List.of("a"), "b")),
                        List.of(Value.of("b", DType.FLOAT32, Shape.of(1, 2)))))
                .isEmpty();
    }

    @Test
    void toleratesAnOperatorItDoesNotKnow() {
        assertThat(problems(
                        List.of(node("a", "Mystery", List.of("x"), "a"), node("b", "Relu", List.of("a"), "b")),
                        List.of()))
                .isEmpty();
    }

    @Test
    void namesAValueThatNothingAssigns() {
        assertThat(problems(List.of(node("a", "Relu", List.of("ghost"), "a")), List.of()))
                .containsExactly("node a reads ghost, which nothing assigns");
    }

    @Test
    void namesBothReadsOfACycle() {
        assertThat(problems(
                        List.of(node("a", "Relu", List.of("b"), "a"), node("b", "Relu", List.of("a"), "b")), List.of()))
                .containsExactly("node a reads b, which is assigned only later, by node b");
    }

    @Test
    void namesANodeThatReadsItself() {
        assertThat(problems(List.of(node("a", "Add", List.of("x", "a"), "a")), List.of()))
                .containsExactly("node a reads a, which is assigned only later, by node a");
    }

    @Test
    void namesAValueThatANodeAssignsOverAConstantAndAnInput() {
        assertThat(problems(
                        List.of(node("a", "Relu", List.of("x"), "c"), node("b", "Relu", List.of("x"), "x")), List.of()))
                .containsExactly(
                        "value c is assigned by a constant and again by node a",
                        "value x is assigned by an input and again by node b");
    }

    @Test
    void namesTwoNodesOfOneName() {
        assertThat(problems(
                        List.of(node("a", "Relu", List.of("x"), "y"), node("a", "Relu", List.of("x"), "z")), List.of()))
                .containsExactly("two nodes are called a");
    }

    @Test
    void namesTheArityThatAnOperatorExpects() {
        assertThat(problems(
                        List.of(node("a", "Relu", List.of("x", "c"), "a"), node("b", "Conv", List.of("x"), "b")),
                        List.of()))
                .contains("node a (Relu) expects 1 input, found 2", "node b (Conv) expects 2 to 3 inputs, found 1");
    }

    @Test
    void namesARequiredInputThatIsOmitted() {
        assertThat(problems(List.of(node("a", "Add", List.of("x", ""), "a")), List.of()))
                .contains("node a (Add) omits input 1, which it needs");
    }

    @Test
    void namesTooManyOutputs() {
        Node node = new Node("a", "", "Relu", List.of("x"), List.of("a", "b"), Map.of());
        assertThat(problems(List.of(node), List.of())).contains("node a (Relu) expects 1 to 1 outputs, found 2");
    }

    @Test
    void namesOutputsThatAreUnassignedOrDeclaredTwice() {
        Value ghost = Value.of("ghost", DType.FLOAT32, Shape.of(1));
        assertThat(problems(List.of(), List.of(ghost, X, X)))
                .containsExactly("output ghost is never assigned", "output x is declared twice");
    }

    @Test
    void namesShapesThatContradictEachOtherAndGoesOn() {
        Tensor odd = Tensor.ofFloats(Shape.of(3), 1, 2, 3);
        Graph graph = new Graph(
                "g",
                Graph.OPSET,
                List.of(X),
                List.of(Value.of("c", DType.FLOAT32, Shape.of(5))),
                List.of(node("a", "Add", List.of("x", "odd"), "a"), node("b", "Sub", List.of("x", "odd"), "b")),
                Map.of("odd", odd, "c", PAIR));
        assertThat(GraphVerifier.problems(graph))
                .containsExactly(
                        "node a (Add): shapes 1×2 and 3 do not broadcast",
                        "node b (Sub): shapes 1×2 and 3 do not broadcast",
                        "output c: FLOAT32 5 is declared, but has shape 2");
    }

    private static Node node(String name, String op, List<String> inputs, String output) {
        return new Node(name, "", op, inputs, List.of(output), Map.of());
    }

    private static List<String> problems(List<Node> nodes, List<Value> outputs) {
        return GraphVerifier.problems(new Graph("g", Graph.OPSET, List.of(X), outputs, nodes, Map.of("c", PAIR)));
    }
}
