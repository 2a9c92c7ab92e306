package io.foldserve.fold.search;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.rule.BranchReasons;
import io.foldserve.fold.rule.TileProduct;
import io.foldserve.fold.rule.TileReasons;
import io.foldserve.fold.term.Following;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Frame;
import io.foldserve.fold.term.Source;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds where {@link TileProduct} applies: a sum of a layer's result, viewed as tiles, and convolutions of tiles. Belongs to one
 * fold.
 */
final class TileForms {
    private final Graph graph;
    private final ConstantValues constants;
    private final ValueShapes shapes;
    private final FoundForms forms;
    private final IslandRefusals refusals;

    /**
     * The operand that a fully connected layer computes.
     *
     * @param view the Reshape that makes tiles of the layer's result
     * @param affine what happens to the tiles before the sum
     * @param layer the layer, as a form of what {@code view} reads
     */
    private record Product(Node view, Form affine, Form layer) {}

    TileForms(Graph graph, ConstantValues constants, ValueShapes shapes, FoundForms forms, IslandRefusals refusals) {
        this.graph = graph;
        this.constants = constants;
        this.shapes = shapes;
        this.forms = forms;
        this.refusals = refusals;
    }

    /** The layer that {@code node}, the sum of {@code values}, is, if it is one. */
    Optional<Form> of(Node node, List<String> values) {
        if (!node.is("Add") || values.size() != 2 || !shapes.same(values.get(0), values.get(1))) {
            return Optional.empty();
        }
        return joined(node, values.get(0), values.get(1)).or(() -> joined(node, values.get(1), values.get(0)));
    }

    private Optional<Form> joined(Node node, String layer, String branches) {
        return product(layer).flatMap(product -> convolutions(product, branches)
                .flatMap(convolutions -> joined(node, product, convolutions)));
    }

    private Optional<Product> product(String value) {
        String root = forms.root(value);
        Optional<Node> view = view(root).filter(node -> rank(root) == 4 && !graph.isOutput(root));
        Optional<Form> affine = forms.forms(value).stream()
                .filter(Form::isSum)
                .filter(form -> form.terms().stream()
                        .allMatch(term -> isOf(term, root)
                                && term.isDiagonal()
                                && !term.source().last()))
                .findFirst();
        return view.flatMap(node -> affine.flatMap(own -> layer(node).map(form -> new Product(node, own, form))));
    }

    private Optional<Form> layer(Node view) {
        return forms.forms(view.inputs().get(0)).stream()
                .filter(Form::isSum)
                .filter(form -> form.terms().size() == 1 && !form.isIdentity())
                .filter(form -> isLayer(form.terms().get(0)))
                .findFirst();
    }

    // Of a value with one position, and so of nothing but channels.
    private boolean isLayer(Term term) {
        List<Shape> read = shapes.all(term.source().value());
        return !read.isEmpty()
                && read.stream().allMatch(shape -> shape.extent(1) * shape.extent(0) == shape.size())
                && read.get(0).extent(1) == term.inputs()
                && term.isPointwise()
                && term.source().channels().isEmpty()
                && term.source().ones().isEmpty()
                && (term.source().commuted().isEmpty() || term.source().isViewed())
                && view(term.source().value()).isPresent();
    }

    private Optional<Form> convolutions(Product product, String value) {
        String root = forms.root(value);
        boolean viewed = view(root).isPresent() && !root.equals(product.view().output());
        return forms.forms(value).stream()
                .filter(Form::isSum)
                .filter(form -> viewed
                        && form.terms().stream()
                                .allMatch(term -> isOf(term, root)
                                        && !term.source().last()
                                        && term.axes().size() == 2))
                .findFirst();
    }

    private static boolean isOf(Term term, String value) {
        return term.source().value().equals(value) && term.source().commuted().isEmpty();
    }

    private int rank(String value) {
        return shapes.find(value).map(Shape::rank).orElse(0);
    }

    // A Reshape to constant extents, none of which is copied from what it reads.
    private Optional<Node> view(String value) {
        return graph.producer(value)
                .filter(node ->
                        node.is("Reshape") && constants.contains(node.inputs().get(1)))
                .filter(node -> Arrays.stream(
                                constants.evaluate(node.inputs().get(1)).toLongs())
                        .noneMatch(extent -> extent == 0));
    }

    private Optional<Form> joined(Node node, Product product, Form convolutions) {
        Term layer = product.layer().terms().get(0);
        Node flat = view(layer.source().value()).orElseThrow();
        Node tiles = view(convolutions.terms().get(0).source().value()).orElseThrow();
        TileProduct rule = new TileProduct(
                unviewed(layer),
                product.affine().terms(),
                convolutions.terms(),
                shapes.find(tiles.output()).orElseThrow());
        Optional<String> reason = whyNotViews(node, product, flat, tiles).or(() -> rule.whyNot(node));
        if (reason.isPresent()) {
            refusals.refuse(node, TileProduct.NAME, reason.get());
            return Optional.empty();
        }
        String value = flat.inputs().get(0);
        Source source = Source.of(value)
                .then(flat, Frame.first(rank(value) - 2), Frame.first(rank(flat.output()) - 2), layer.inputs());
        Form form = Form.of(rule.apply(source));
        for (Form part : List.of(product.layer(), product.affine(), convolutions)) {
            form = form.with(part, node, form.terms(), "");
        }
        List<Node> views = List.of(flat, product.view(), tiles);
        return Optional.of(
                form.then(views, form.terms(), TileProduct.NAME, false).followedBy(Following.of(product.view())));
    }

    private static Term unviewed(Term layer) {
        return layer.source().isViewed()
                ? layer.reading(layer.source().unviewed(), layer.source().base().axes())
                : layer;
    }

    private Optional<String> whyNotViews(Node node, Product product, Node flat, Node tiles) {
        String left = flat.inputs().get(0);
        String right = tiles.inputs().get(0);
        if (!left.equals(right)) {
            return Optional.of(BranchReasons.unlike(node, BranchReasons.values(left, right)));
        }
        if (!shapes.isFixed(tiles.output()) || !shapes.isFixed(product.view().output())) {
            return Optional.of(TileReasons.open(node));
        }
        boolean aligned = shapes.hold(tiles.output(), product.view().output(), TileForms::sameTiles)
                && shapes.hold(tiles.output(), flat.output(), (a, b) -> a.extent(0) == b.extent(0));
        return aligned ? Optional.empty() : Optional.of(TileReasons.cutUnlike(node));
    }

    private static boolean sameTiles(Shape a, Shape b) {
        return a.extent(0) == b.extent(0) && a.extent(2) == b.extent(2) && a.extent(3) == b.extent(3);
    }
}
