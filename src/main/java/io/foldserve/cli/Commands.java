package io.foldserve.cli;

import io.foldserve.problem.InvalidInputException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line's root. */
@Command(
        name = "foldserve",
        description = "Without arguments: serves the models. With a command: works offline.",
        subcommands = {
            FoldCommand.class,
            InspectCommand.class,
            InitCommand.class,
            ValidateCommand.class,
            PrepareCommand.class,
            RehearseCommand.class,
            CompareCommand.class
        })
final class Commands implements Runnable {
    static final int OK = 0;
    static final int REFUSED = 2;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Prints this and exits.")
    // Set and acted upon by picocli alone.
    @SuppressWarnings("UnusedVariable")
    private boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Runs {@code arguments}; 0 if all went well, 2 if anything was refused, which {@code err} then says. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new Commands());
        line.setOut(out).setErr(err);
        return line.execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing: fold, inspect, init, validate, prepare, rehearse or compare");
    }

    /** Prints every problem of {@code refusal}, a line each. */
    static void print(PrintWriter err, InvalidInputException refusal) {
        refusal.problems().forEach(problem -> err.println(refusal.subject() + ": " + problem));
    }
}
