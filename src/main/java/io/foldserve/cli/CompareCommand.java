package io.foldserve.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.comparison.ComparisonRun;
import io.foldserve.serving.comparison.HtmlReport;
import io.foldserve.serving.comparison.Report;
import io.foldserve.serving.comparison.Reports;
import io.foldserve.serving.comparison.Shards;
import io.foldserve.serving.comparison.Tally;
import io.foldserve.serving.comparison.TestSet;
import io.foldserve.serving.measure.LatencyRatio;
import io.foldserve.session.CpuQuota;
import io.foldserve.task.image.ImageLimits;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares a model's variants on pictures: how often each is right, how often they agree, how sure that is. */
@Command(
        name = "compare",
        description = "Runs every variant of a model on a folder of pictures and says which is better, and how sure"
                + " that is. Exit 0, or 2 if anything was refused.")
final class CompareCommand implements Callable<Integer> {
    private static final ObjectMapper JSON =
            new ObjectMapper().registerModule(new Jdk8Module()).enable(SerializationFeature.INDENT_OUTPUT);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TimingOptions timing = new TimingOptions();

    @Parameters(arity = "0..1", paramLabel = "MODEL", description = "The model's folder.")
    private Optional<Path> folder = Optional.empty();

    @Option(
            names = "--images",
            paramLabel = "DIR",
            description = "The pictures: one folder a class, or any folder with --labels or --masks; without right"
                    + " answers only agreement is told.")
    private Optional<Path> images = Optional.empty();

    @Option(
            names = "--labels",
            paramLabel = "F.csv",
            description = "Lines of file,label: the path within --images, and a label or the index of a class.")
    private Optional<Path> labels = Optional.empty();

    @Option(
            names = "--masks",
            paramLabel = "DIR",
            description = "PNGs of class indices (palette or grey) with the pictures' names; 255 is ignored.")
    private Optional<Path> masks = Optional.empty();

    @Option(names = "--report", paramLabel = "R.html", description = "Writes the report as a page for people.")
    private Optional<Path> html = Optional.empty();

    @Option(
            names = "--json",
            paramLabel = "R.json",
            description = "Writes the report as JSON, or what a shard counted.")
    private Optional<Path> json = Optional.empty();

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            converter = ShardOption.Converter.class,
            description = "Only part I, from 0, of N; --json gets what is counted, for --merge.")
    private Optional<ShardOption> shard = Optional.empty();

    @Option(
            names = "--merge",
            arity = "1..*",
            paramLabel = "S.json",
            description = "Adds up what all shards counted, instead of a model's run.")
    private List<Path> merge = new ArrayList<>();

    @Option(
            names = "--margin",
            paramLabel = "M",
            defaultValue = "0.01",
            description = "The largest difference of accuracy or mIoU that counts as none; 0.01 by default.")
    private double margin;

    @Option(
            names = "--latency",
            paramLabel = "S",
            defaultValue = "3",
            description = "For how many seconds each variant's time is measured beside the baseline's; 0 for not at"
                    + " all, 3 by default.")
    private int latencySeconds;

    @Override
    public Integer call() {
        expectSensible();
        try {
            json.ifPresent(WholeFile::expectDirectory);
            html.ifPresent(WholeFile::expectDirectory);
            if (merge.isEmpty()) {
                compare();
            } else {
                tell(Shards.merge(merge), Map.of());
            }
            return Commands.OK;
        } catch (InvalidInputException e) {
            Commands.print(spec.commandLine().getErr(), e);
            return Commands.REFUSED;
        }
    }

    private void expectSensible() {
        if (merge.isEmpty() && (folder.isEmpty() || images.isEmpty())) {
            throw wrong("expected MODEL and --images, or --merge");
        }
        boolean isRun = folder.isPresent() || images.isPresent() || labels.isPresent() || masks.isPresent();
        if (!merge.isEmpty() && (isRun || shard.isPresent())) {
            throw wrong(
                    "--merge takes the files of shards alone; leave out MODEL, --images, --labels, --masks, --shard");
        }
        if (shard.isPresent() && (json.isEmpty() || html.isPresent())) {
            throw wrong("--shard writes what it counted to --json; --report comes from --merge");
        }
        if (!(margin >= 0 && margin < 1)) {
            throw wrong("--margin is a share from 0 to 1, such as 0.01, found " + margin);
        }
        if (latencySeconds < 0) {
            throw wrong("--latency is a number of seconds from 0, found " + latencySeconds);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void compare() {
        PrintWriter err = spec.commandLine().getErr();
        OfflineModel offline = OfflineModel.read(folder.orElseThrow(), Optional.empty());
        TestSet whole = TestSet.read(
                images.orElseThrow(), labels, masks, offline.manifest().visionTask());
        TestSet set = shard.map(part -> whole.shard(part.index(), part.count())).orElse(whole);
        try (ServedModel model = offline.load(timing.costSource(err))) {
            ComparisonRun run = new ComparisonRun(model, new ImageLimits(OfflineModel.MAX_PIXELS), CpuQuota.cores());
            ProgressLine progress = ProgressLine.on(err, set.size());
            Tally tally = run.run(set, progress::done);
            progress.end();
            if (shard.isPresent()) {
                writeShard(tally, shard.orElseThrow());
            } else {
                tell(tally, run.latency(Duration.ofSeconds(latencySeconds)));
            }
        }
    }

    private void writeShard(Tally tally, ShardOption part) {
        WholeFile.write(json.orElseThrow(), out -> out.write(Shards.write(tally, part.index(), part.count())));
        spec.commandLine().getOut().printf("%s: part %s of %d pictures%n", json.orElseThrow(), part, tally.pictures());
    }

    private void tell(Tally tally, Map<Integer, LatencyRatio> latency) {
        Report report = Reports.of(tally, margin, latency);
        ReportText.print(spec.commandLine().getOut(), report);
        json.ifPresent(file -> WholeFile.write(file, out -> out.write(bytes(report))));
        html.ifPresent(file -> WholeFile.write(
                file, out -> out.write(HtmlReport.of(report, tally.thumbnails()).getBytes(StandardCharsets.UTF_8))));
    }

    private static byte[] bytes(Report report) {
        try {
            return JSON.writeValueAsBytes(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report cannot be written as JSON", e);
        }
    }
}
