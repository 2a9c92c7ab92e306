package io.foldserve.fold.rule;

import static io.foldserve.fold.term.Reasons.at;

import io.foldserve.fold.facts.ConstantValues;
import io.foldserve.fold.facts.GraphFacts;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.term.ChannelAxis;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Reasons;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.fold.term.TrailingOperator;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Convolutions of tiles become part of the fully connected layer that reads the same tiles.
 *
 * <p>Algebra, for tiles of h×w positions with C channels before and O after, u = (y, x) a position: a convolution that
 * pads so that the tile keeps its size is the matrix {@code M[(o,u),(c,u')] = K[o,c,u'−u]}, zero where no tap is or
 * where it leaves the tile. So {@code t⊙FC(x) + s + conv(x) = (t·FC + M)·x + (t·b + s + b_conv)}, each scale, shift and
 * bias repeated for all h·w positions. The border of the tile is in M, hence exact everywhere, for that size of tile
 * only.
 *
 * <p>Source: Ding et al., "RepMLP", arXiv 2105.01883, section 3.3; "RepMLPNet", arXiv 2112.11081, section 3.3, where
 * the layer has one group for each set of channels that shares it.
 *
 * <p>Declines tiles of an open size, terms that change the size or read other tiles, and convolutions with fewer groups
 * than the layer or with other ones.
 */
public final class TileProduct implements Rule {
    public static final String NAME = "tile-product";

    private final Graph graph;
    private final ConstantValues constants;
    private final ValueShapes shapes;

    /**
     * The operand that a fully connected layer computes.
     *
     * @param view the Reshape that makes tiles of the layer's result
     * @param affine what happens to the tiles before the sum
     * @param layer the layer, as a form of what {@code view} reads
     */
    private record Product(Node view, Form affine, Form layer) {}

    public TileProduct(GraphFacts facts) {
        this.graph = facts.graph();
        this.constants = facts.constants();
        this.shapes = facts.shapes();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String sentence() {
        return "Convolutions of tiles become part of the fully connected layer that reads the same tiles.";
    }

    @Override
    public String source() {
        return "Ding et al., \"RepMLP\", arXiv 2105.01883, section 3.3; \"RepMLPNet\", arXiv 2112.11081, section 3.3";
    }

    @Override
    public Set<String> operators() {
        return Set.of("Add");
    }

    @Override
    public boolean readsBehindBarriers() {
        return true;
    }

    @Override
    public Outcome apply(Node node, Known known) {
        List<String> values = known.read(node);
        if (values.size() != 2 || !shapes.same(values.get(0), values.get(1))) {
            return Outcome.notMine();
        }
        List<Outcome.Refusal> refusals = new ArrayList<>();
        List<Form> forms = joined(node, known, values.get(0), values.get(1), refusals)
                .or(() -> joined(node, known, values.get(1), values.get(0), refusals))
                .stream()
                .toList();
        return Outcome.of(forms, refusals);
    }

    private Optional<Form> joined(
            Node node, Known known, String layer, String branches, List<Outcome.Refusal> refusals) {
        return product(layer, known).flatMap(product -> convolutions(product, branches, known)
                .flatMap(convolutions -> joined(node, product, convolutions, refusals)));
    }

    private Optional<Product> product(String value, Known known) {
        String root = known.root(value);
        Optional<Node> view = view(root).filter(node -> rank(root) == 4 && !graph.isOutput(root));
        Optional<Form> affine = known.forms(value).stream()
                .filter(Form::isSum)
                .filter(form -> form.terms().stream()
                        .allMatch(term -> isOf(term, root)
                                && term.isDiagonal()
                                && !term.source().last()))
                .findFirst();
        return view.flatMap(
                node -> affine.flatMap(own -> layer(node, known).map(form -> new Product(node, own, form))));
    }

    private Optional<Form> layer(Node view, Known known) {
        return known.forms(view.inputs().get(0)).stream()
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

    private Optional<Form> convolutions(Product product, String value, Known known) {
        String root = known.root(value);
        boolean viewed = view(root).isPresent() && !root.equals(product.view().output());
        return known.forms(value).stream()
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

    private Optional<Form> joined(Node node, Product product, Form convolutions, List<Outcome.Refusal> refusals) {
        Term layer = product.layer().terms().get(0);
        Node flat = view(layer.source().value()).orElseThrow();
        Node tiles = view(convolutions.terms().get(0).source().value()).orElseThrow();
        TileMatrix matrix = new TileMatrix(
                unviewed(layer),
                product.affine().terms(),
                convolutions.terms(),
                shapes.find(tiles.output()).orElseThrow());
        Optional<String> reason = whyNotViews(node, product, flat, tiles).or(() -> matrix.whyNot(node));
        if (reason.isPresent()) {
            refusals.add(new Outcome.Refusal(NAME, reason.get()));
            return Optional.empty();
        }
        String value = flat.inputs().get(0);
        TermInput source = TermInput.of(value)
                .then(
                        flat,
                        ChannelAxis.first(rank(value) - 2),
                        ChannelAxis.first(rank(flat.output()) - 2),
                        layer.inputs());
        Form form = Form.of(matrix.apply(source));
        for (Form part : List.of(product.layer(), product.affine(), convolutions)) {
            form = form.with(part, node, form.terms(), "");
        }
        List<Node> views = List.of(flat, product.view(), tiles);
        return Optional.of(form.then(views, form.terms(), NAME).followedBy(TrailingOperator.of(product.view())));
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
            return Optional.of(Reasons.unlikeBranches(node, Reasons.otherValues(left, right)));
        }
        if (!shapes.isFixed(tiles.output()) || !shapes.isFixed(product.view().output())) {
            return Optional.of(open(node));
        }
        boolean aligned = shapes.hold(tiles.output(), product.view().output(), TileProduct::sameTiles)
                && shapes.hold(tiles.output(), flat.output(), (a, b) -> a.extent(0) == b.extent(0));
        return aligned ? Optional.empty() : Optional.of(cutUnlike(node));
    }

    private static boolean sameTiles(Shape a, Shape b) {
        return a.extent(0) == b.extent(0) && a.extent(2) == b.extent(2) && a.extent(3) == b.extent(3);
    }

    private static String open(Node node) {
        return "%s adds tiles of an open size, for which no one matrix is right; export with a fixed input size."
                .formatted(at(node));
    }

    private static String cutUnlike(Node node) {
        return "%s adds tiles that its branches do not cut alike; expected equal heights, widths and numbers of tiles."
                .formatted(at(node));
    }
}
