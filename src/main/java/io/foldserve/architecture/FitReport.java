package io.foldserve.architecture;

import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.problem.Problems;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Says how a checkpoint fits a network, or why it does not: one cause, one line. */
final class FitReport {
    /** So many missing tensors, or tensors without a place, are told one by one; more are one sentence. */
    private static final int MOST_SINGLE = 6;

    private static final int EXAMPLES = 3;

    private final String network;
    private final Checkpoint checkpoint;

    FitReport(String network, Checkpoint checkpoint) {
        this.network = network;
        this.checkpoint = checkpoint;
    }

    /** What was done to the names of a network that fits, and what else the file holds. */
    List<String> notes(FitAttempt fit) {
        List<String> notes = new ArrayList<>();
        if (!fit.names().prefix().isEmpty()) {
            notes.add("the tensors stand under %s, which was taken off"
                    .formatted(fit.names().prefix()));
        }
        if (!fit.names().renames().isEmpty()) {
            notes.add("taken under other names: " + renames(fit.names().renames()));
        }
        String unknown = checkpoint.metadata().getOrDefault("unknown", "");
        if (!unknown.isEmpty()) {
            notes.add("passed over unread, nothing was executed: " + unknown.replace(",", ", "));
        }
        return notes;
    }

    /** Why none of several ways to name the tensors was taken. */
    String ambiguous(List<FitAttempt> fits) {
        return "several sets of tensors fit %s, under %s: name one, %s"
                .formatted(
                        network,
                        fits.stream().map(fit -> shown(fit.names().prefix())).collect(Collectors.joining(" and ")),
                        fits.stream().map(this::entry).collect(Collectors.joining(" or ")));
    }

    /** Why the only set that fits was not taken: there are tensors beside it that might belong to the network. */
    String besideOthers(FitAttempt fit) {
        return "the tensors under %s fit %s, but %s have no place in it: to leave them out write %s"
                .formatted(
                        shown(fit.names().prefix()),
                        network,
                        several(fit.leftOver().keySet()),
                        entry(fit));
    }

    /** What does not fit, at most twenty sentences. */
    List<String> problems(FitAttempt fit) {
        List<String> sentences = new ArrayList<>();
        if (!fit.names().prefix().isEmpty()) {
            sentences.add("most tensors fit %s %s, but not all:".formatted(network, where(fit)));
        }
        Set<String> grouped = new HashSet<>();
        headOfSeveral(fit, grouped, sentences);
        groupMissing(fit, grouped, sentences);
        groupMisShaped(fit, grouped, sentences);
        groupLeftOver(fit, grouped, sentences);
        fit.problems().stream().filter(problem -> !grouped.contains(problem)).forEach(sentences::add);
        return Problems.told(sentences);
    }

    private void groupMissing(FitAttempt fit, Set<String> grouped, List<String> sentences) {
        if (fit.missing().size() > MOST_SINGLE
                && !grouped.containsAll(fit.missing().values())) {
            grouped.addAll(fit.missing().values());
            sentences.add("%s of the %d that %s asks for are missing"
                    .formatted(several(fit.missing().keySet()), fit.asked().size(), network));
        }
    }

    /** Tells the first of those that one option would make fit, or none; the others have the same cause. */
    private void groupMisShaped(FitAttempt fit, Set<String> grouped, List<String> sentences) {
        if (fit.misShaped().size() <= MOST_SINGLE) {
            return;
        }
        grouped.addAll(fit.misShaped().values());
        Map<String, String> byRemedy = new LinkedHashMap<>();
        fit.misShaped().values().forEach(problem -> byRemedy.putIfAbsent(remedy(problem), problem));
        sentences.addAll(byRemedy.values());
        int more = fit.misShaped().size() - byRemedy.size();
        if (more > 0) {
            sentences.add("%d more tensors have other shapes than %s says".formatted(more, network));
        }
    }

    private static String remedy(String problem) {
        int at = problem.lastIndexOf(": set ");
        return at < 0 ? "" : problem.substring(at);
    }

    private void groupLeftOver(FitAttempt fit, Set<String> grouped, List<String> sentences) {
        if (fit.leftOver().size() > MOST_SINGLE
                && !grouped.containsAll(fit.leftOver().values())) {
            grouped.addAll(fit.leftOver().values());
            sentences.add("%s are left over: the architecture has no place for them"
                    .formatted(several(fit.leftOver().keySet())));
        }
    }

    private void headOfSeveral(FitAttempt fit, Set<String> grouped, List<String> sentences) {
        boolean head = fit.head()
                .filter(module -> fit.missingModules().equals(Set.of(module)))
                .isPresent();
        if (head && fit.leftOverModules().size() > 1) {
            sentences.add(
                    ("everything fits %s but its head %s, in whose place stand %s: export a network whose head has"
                                    + " several layers to ONNX in eval mode, and name that file as checkpoint")
                            .formatted(network, fit.head().orElseThrow(), several(fit.leftOverModules())));
            grouped.addAll(fit.missing().values());
            grouped.addAll(fit.leftOver().values());
        }
    }

    private static String several(Collection<String> names) {
        String examples = names.stream().limit(EXAMPLES).collect(Collectors.joining(", "));
        return names.size() <= EXAMPLES ? examples : "%d tensors (%s, …)".formatted(names.size(), examples);
    }

    private static String where(FitAttempt fit) {
        String prefix = fit.names().prefix();
        String renamed = renames(fit.names().renames());
        return (prefix.isEmpty() ? "" : "under " + prefix)
                + (prefix.isEmpty() || renamed.isEmpty() ? "" : ", ")
                + (renamed.isEmpty() ? "" : "with " + renamed);
    }

    private static String renames(Map<String, String> renames) {
        return renames.entrySet().stream()
                .map(rename -> rename.getKey() + " for " + rename.getValue())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String shown(String prefix) {
        return prefix.isEmpty() ? "no prefix" : prefix;
    }

    private String entry(FitAttempt fit) {
        String prefix = fit.names().prefix();
        String path = prefix.isEmpty()
                ? ""
                : "/" + prefix.substring(0, prefix.length() - 1).replace('.', '/');
        return "entry: " + checkpoint.metadata().getOrDefault("entry", ".") + path;
    }
}
