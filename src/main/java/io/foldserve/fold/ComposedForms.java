package io.foldserve.fold;

import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The forms of a node that reads one value: its own term after each form of that value, by R1, R2, R3, R8, R10 and R12. Belongs
 * to one fold.
 */
final class ComposedForms {
    private final Graph graph;
    private final LinearForms forms;
    private final LiftLinear lift;
    private final CommuteAverage commute;
    private final CommuteView views;
    private final ValueShapes shapes;
    private final IslandRefusals refusals;

    ComposedForms(
            Graph graph,
            LinearForms forms,
            LiftLinear lift,
            CommuteAverage commute,
            CommuteView views,
            ValueShapes shapes,
            IslandRefusals refusals) {
        this.graph = graph;
        this.forms = forms;
        this.lift = lift;
        this.commute = commute;
        this.views = views;
        this.shapes = shapes;
        this.refusals = refusals;
    }

    /** The forms of {@code node}, which reads {@code value}; none if it is not linear. */
    List<Form> of(Node node, String value) {
        if (RemoveInferenceNoOp.isNoOp(graph, node)) {
            return handedOn(node, value);
        }
        List<Form> results = new ArrayList<>();
        if (lift.isCandidate(node) && value.equals(lift.operand(node))) {
            Optional<String> reason = lift.whyNot(node);
            reason.ifPresent(why -> refusals.notLinear(node, why));
            if (reason.isEmpty()) {
                Term outer = lift.term(node);
                forms.forms(value).forEach(form -> after(node, outer, form).ifPresent(results::add));
            }
            lift.onLastAxis(node).ifPresent(outer -> forms.forms(value)
                    .forEach(form -> after(node, outer, form).ifPresent(results::add)));
        }
        if (commute.isCandidate(node) && value.equals(node.inputs().get(0))) {
            forms.forms(value).forEach(form -> commuted(node, form).ifPresent(results::add));
        }
        if (views.isCandidate(node) && value.equals(node.inputs().get(0))) {
            forms.forms(value).forEach(form -> viewed(node, form).ifPresent(results::add));
        }
        return results;
    }

    // The value itself is not the node's own value by another name, unless someone else reads it.
    private List<Form> handedOn(Node node, String value) {
        return forms.forms(value).stream()
                .filter(form -> !form.isIdentity() || forms.isShared(value))
                .map(form -> form.then(node, form.terms(), "", form.ordinary()))
                .toList();
    }

    private Optional<Form> after(Node node, Term outer, Form form) {
        if (form.isIdentity()) {
            String rule = LinearOperators.isLinear(node) ? "" : LiftLinear.NAME;
            Source read = form.terms().get(0).source();
            Term own = outer.reading(
                    outer.source().last() ? read.onLastAxis() : read,
                    outer.axes().size());
            return Optional.of(form.then(node, List.of(own), rule, LinearOperators.isLinear(node)));
        }
        if (form.terms().stream().anyMatch(term -> !term.frame().equals(outer.frame()))) {
            return Optional.empty();
        }
        if (outer.isDiagonal()) {
            String rule = node.is("BatchNormalization") ? FoldBatchNorm.NAME : PostAffine.NAME;
            boolean ordinary = form.ordinary() && isOrdinary(node, form);
            return Optional.of(form.then(node, PostAffine.apply(outer, form.terms()), rule, ordinary));
        }
        return sequence(node, outer, form);
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
        Form result = form.then(node, composed, rule, false);
        return Optional.of(repaired ? result.by(RepairBorder.NAME) : result);
    }

    private Optional<List<Integer>> extents(Term inner) {
        String value = inner.source().value();
        return shapes.isFixed(value)
                ? shapes.find(value).map(shape -> shape.extents().subList(2, shape.rank()))
                : Optional.empty();
    }

    private static String rule(Term outer, Form form) {
        if (form.terms().stream().allMatch(Term::isDiagonal)) {
            return PreAffine.NAME;
        }
        return outer.axes().isEmpty() || outer.source().last() ? CombineLinear.NAME : ComposeConvolutions.NAME;
    }

    private static Optional<String> whyNot(Node node, String before, String rule, Term outer, Term inner) {
        return rule.equals(PreAffine.NAME)
                ? PreAffine.whyNot(node, before, outer, inner)
                : ComposeConvolutions.whyNot(node, before, outer, inner);
    }

    private static Term apply(String rule, Term outer, Term inner) {
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

    private Optional<Form> viewed(Node node, Form form) {
        List<Term> moved = form.terms().stream()
                .flatMap(term -> views.apply(node, term).stream())
                .toList();
        return form.isIdentity() || moved.size() < form.terms().size()
                ? Optional.empty()
                : Optional.of(form.then(node, moved, CommuteAverage.NAME, false));
    }

    // Of a value itself nothing moves.
    private Optional<Form> commuted(Node node, Form form) {
        boolean moves = !form.isIdentity()
                && form.terms().stream()
                        .allMatch(term -> CommuteAverage.whyNot(node, term).isEmpty());
        return moves
                ? Optional.of(form.then(
                        node,
                        form.terms().stream()
                                .map(term -> commute.apply(node, term))
                                .toList(),
                        CommuteAverage.NAME,
                        false))
                : Optional.empty();
    }
}
