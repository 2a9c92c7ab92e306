package io.foldserve.fold.search;

import io.foldserve.fold.facts.Operators;
import io.foldserve.fold.facts.ValueShapes;
import io.foldserve.fold.rule.BatchNormMap;
import io.foldserve.fold.rule.CombineLinear;
import io.foldserve.fold.rule.CommuteAverage;
import io.foldserve.fold.rule.CommuteResize;
import io.foldserve.fold.rule.CommuteView;
import io.foldserve.fold.rule.ComposeConvolutions;
import io.foldserve.fold.rule.LiftLinear;
import io.foldserve.fold.rule.PostAffine;
import io.foldserve.fold.rule.PreAffine;
import io.foldserve.fold.rule.RepairBorder;
import io.foldserve.fold.rule.ResizeReasons;
import io.foldserve.fold.rule.SelectChannels;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Row;
import io.foldserve.fold.term.Source;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.Weights;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The forms of a node that reads one value: its own term after each form of that value, by R1, R2, R3, R8, R10 and R12. Belongs
 * to one fold.
 */
final class ComposedForms {
    private final Graph graph;
    private final FoundForms forms;
    private final LiftLinear lift;
    private final CommuteAverage commute;
    private final CommuteView views;
    private final CommuteResize resizes;
    private final ValueShapes shapes;
    private final IslandRefusals refusals;

    ComposedForms(
            Graph graph,
            FoundForms forms,
            LiftLinear lift,
            CommuteAverage commute,
            CommuteView views,
            CommuteResize resizes,
            ValueShapes shapes,
            IslandRefusals refusals) {
        this.graph = graph;
        this.forms = forms;
        this.lift = lift;
        this.commute = commute;
        this.views = views;
        this.resizes = resizes;
        this.shapes = shapes;
        this.refusals = refusals;
    }

    /** The forms of each output of {@code node}, which reads {@code value}; none if it is not linear. */
    List<List<Form>> of(Node node, String value) {
        if (Operators.isNoOp(graph, node)) {
            return List.of(handedOn(node, value));
        }
        if (resizes.isCandidate(node)) {
            return List.of(resized(node, value));
        }
        List<List<Form>> lifted = lifted(node, value);
        List<Form> moved = moved(node, value);
        return moved.isEmpty() ? lifted : List.of(joined(lifted, moved));
    }

    private List<Form> resized(Node node, String value) {
        Optional<String> reason = resizes.whyNot(node);
        if (reason.isPresent() || !value.equals(node.inputs().get(0))) {
            reason.ifPresent(why -> refusals.notMoved(node, CommuteResize.NAME, why));
            return List.of();
        }
        List<Form> resized = new ArrayList<>();
        for (Form form : forms.forms(value)) {
            resized.add(form.then(List.of(node), form.terms(), CommuteResize.NAME, false)
                    .followedBy(resizes.following(node)));
            commuted(node, form, term -> resizes.before(node, term)).ifPresent(resized::add);
        }
        return resized;
    }

    private List<Form> moved(Node node, String value) {
        List<Form> moved = new ArrayList<>();
        if (!value.equals(node.inputs().get(0))) {
            return moved;
        }
        if (commute.isCandidate(node)) {
            forms.forms(value).forEach(form -> commuted(node, form, term -> commute.apply(node, term))
                    .ifPresent(moved::add));
        }
        if (views.isCandidate(node)) {
            forms.forms(value).forEach(form -> commuted(node, form, term -> views.apply(node, term))
                    .ifPresent(moved::add));
        }
        return moved;
    }

    private static List<Form> joined(List<List<Form>> some, List<Form> others) {
        return Stream.concat(some.stream().flatMap(List::stream), others.stream())
                .toList();
    }

    private List<List<Form>> lifted(Node node, String value) {
        if (!lift.isCandidate(node) || !value.equals(lift.operand(node))) {
            return List.of();
        }
        List<Form> tokens =
                lift.onLastAxis(node).map(outer -> after(node, value, outer)).orElse(List.of());
        Optional<String> reason = lift.whyNot(node);
        reason.ifPresent(why -> refusals.notLinear(node, why));
        List<List<Form>> lifted = reason.isPresent()
                ? List.of()
                : lift.terms(node).stream()
                        .map(outer -> after(node, value, outer))
                        .toList();
        return tokens.isEmpty() ? lifted : List.of(joined(lifted, tokens));
    }

    private List<Form> after(Node node, String value, Term outer) {
        return forms.forms(value).stream()
                .flatMap(form -> after(node, outer, form).stream())
                .toList();
    }

    // The value itself is not the node's own value by another name, unless someone else reads it.
    private List<Form> handedOn(Node node, String value) {
        return forms.forms(value).stream()
                .filter(form -> !form.isIdentity() || forms.isShared(value))
                .map(form -> form.then(List.of(node), form.terms(), "", form.ordinary()))
                .toList();
    }

    private Optional<Form> after(Node node, Term outer, Form form) {
        if (!form.isSum() && !outer.isPointwise()) {
            sayNeighbours(node, form);
            return Optional.empty();
        }
        if (form.isUnchanged() && (form.isSum() || sameFrame(outer, form))) {
            boolean product = Operators.isLinear(node);
            Source source = form.terms().get(0).source().seenBy(outer.source());
            Term own = outer.reading(
                    outer.source().channels().map(source::picking).orElse(source),
                    outer.axes().size());
            return Optional.of(
                    form.then(lift.nodes(node), List.of(own), product ? "" : LiftLinear.NAME, product && form.isSum()));
        }
        if (!sameFrame(outer, form)) {
            return Optional.empty();
        }
        Optional<Channels> picked = outer.source().channels();
        if (picked.isPresent()) {
            Form selected = selected(node, picked.get(), form);
            Term window = outer.reading(outer.source().whole(), outer.axes().size());
            return window.identity() ? Optional.of(selected) : sequence(node, window, selected);
        }
        if (outer.isDiagonal()) {
            String rule = node.is("BatchNormalization") ? BatchNormMap.NAME : PostAffine.NAME;
            boolean ordinary = form.ordinary() && isOrdinary(node, form);
            return Optional.of(form.then(lift.nodes(node), PostAffine.apply(outer, form.terms()), rule, ordinary));
        }
        return sequence(node, outer, form);
    }

    private static boolean sameFrame(Term outer, Form form) {
        return form.terms().stream().allMatch(term -> term.frame().equals(outer.frame()));
    }

    // Between a Resize and a kernel alone, nothing could have been saved.
    private void sayNeighbours(Node node, Form form) {
        if (!form.isUnchanged()) {
            Node last = form.after().get(form.after().size() - 1).node();
            refusals.refuse(node, CommuteResize.NAME, ResizeReasons.neighbours(node, last));
        }
    }

    private Form selected(Node node, Channels picked, Form form) {
        List<Term> terms = form.terms().stream()
                .map(term -> SelectChannels.after(picked, term))
                .toList();
        return form.then(lift.nodes(node), terms, SelectChannels.NAME, false);
    }

    // What the rules on layers compose themselves.
    private static boolean isOrdinary(Node node, Form form) {
        return node.is("BatchNormalization")
                || (node.is("Add")
                        && !form.terms().get(0).source().last()
                        && form.nodes().stream().allMatch(before -> before.is("MatMul")));
    }

    private Optional<Form> sequence(Node node, Term outer, Form form) {
        String rule = rule(outer, form);
        String before = form.nodes().get(form.nodes().size() - 1).name();
        List<Term> composed = new ArrayList<>();
        boolean repaired = false;
        for (Term inner : form.terms()) {
            // The outer bias counts once.
            Term next = composed.isEmpty() ? outer : unbiased(outer);
            Optional<String> reason = whyNot(node, before, rule, outer, inner);
            if (reason.isEmpty()) {
                composed.add(apply(rule, next, inner));
                continue;
            }
            // Said if the node stays: because there is no exact form, or because none pays.
            refusals.refuse(node, rule, reason.get());
            if (RepairBorder.whyNot(node, before, outer, inner).isPresent()) {
                return Optional.empty();
            }
            composed.addAll(RepairBorder.apply(next, inner, extents(inner)));
            repaired = true;
        }
        Form result = form.then(lift.nodes(node), composed, rule, false);
        return Optional.of(repaired ? result.by(RepairBorder.NAME) : result);
    }

    private Optional<List<Integer>> extents(Term inner) {
        String value = inner.source().value();
        return shapes.isFixed(value)
                ? shapes.find(value).map(shape -> shape.extents().subList(2, shape.rank()))
                : Optional.empty();
    }

    private static String rule(Term outer, Form form) {
        if (form.terms().stream().allMatch(Term::identity)) {
            return SelectChannels.NAME;
        }
        if (form.terms().stream().allMatch(Term::isDiagonal)) {
            return PreAffine.NAME;
        }
        return outer.axes().isEmpty() || outer.source().last() ? CombineLinear.NAME : ComposeConvolutions.NAME;
    }

    private static Optional<String> whyNot(Node node, String before, String rule, Term outer, Term inner) {
        if (inner.identity()) {
            return Optional.empty();
        }
        return rule.equals(PreAffine.NAME)
                ? PreAffine.whyNot(node, before, outer, inner)
                : ComposeConvolutions.whyNot(node, before, outer, inner);
    }

    private static Term apply(String rule, Term outer, Term inner) {
        if (inner.identity()) {
            return outer.reading(
                    inner.source().seenBy(outer.source()), outer.axes().size());
        }
        return switch (rule) {
            case PreAffine.NAME -> PreAffine.apply(outer, inner);
            case CombineLinear.NAME -> CombineLinear.apply(outer, inner);
            default -> ComposeConvolutions.apply(outer, inner);
        };
    }

    private static Term unbiased(Term term) {
        return term.with(false, () -> {
            Weights own = term.weights().get();
            return new Weights(term.outputs(), o -> new Row(own.row(o).kernel(), 0));
        });
    }

    // Of a value itself nothing moves.
    private static Optional<Form> commuted(Node node, Form form, Function<Term, Optional<Term>> rule) {
        if (form.isUnchanged() || !form.isSum()) {
            return Optional.empty();
        }
        List<Term> moved =
                form.terms().stream().flatMap(term -> rule.apply(term).stream()).toList();
        return moved.size() < form.terms().size()
                ? Optional.empty()
                : Optional.of(form.then(List.of(node), moved, CommuteAverage.NAME, false));
    }
}
