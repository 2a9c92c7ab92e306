package io.foldserve.serving.experiment;

import io.foldserve.serving.assignment.Assignment.Dealt;
import io.foldserve.serving.assignment.Experiment;
import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.serving.experiment.Shadow.ShadowTask;
import io.foldserve.serving.manifest.ExperimentReader;
import io.foldserve.serving.meter.ExperimentMeters;
import io.foldserve.serving.store.Declared;
import io.foldserve.serving.store.ExperimentStore;
import io.foldserve.serving.store.StoreException;
import io.foldserve.task.image.LabelMask;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The experiments of all models: takes down answers, compares variants in idle moments, takes feedback, and says what
 * has been shown. Thread-safe; owns its threads. Nothing here delays an answer or makes it fail.
 */
public final class Experiments implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Experiments.class);
    private static final long TABLE_BYTES = 64_000_000;
    private static final int SECONDS_BETWEEN_MOMENTS = 10;

    private final Catalogue catalogue;
    private final ExperimentMeters meters;
    private final ExperimentStore store;
    private final AnswerTable table;
    private final Ledger ledger;
    private final Recorder recorder;
    private final FeedbackDesk desk;
    private final Shadow shadow;
    private final StoreWriter writer;
    private final Clock clock = Clock.systemUTC();
    private final History history = new History();
    private int seconds;

    /**
     * Begins to learn.
     *
     * @param store where counts and answers outlive the process; closed with this
     * @param mostAnswers how many answers are kept for feedback, by the store
     * @param requests how many requests are accepted and not answered
     */
    public Experiments(
            Catalogue catalogue,
            ExperimentMeters meters,
            ExperimentStore store,
            int mostAnswers,
            IntSupplier requests) {
        this.catalogue = catalogue;
        this.meters = meters;
        this.store = store;
        this.table = new AnswerTable(mostAnswers, TABLE_BYTES);
        this.ledger = new Ledger(store);
        this.recorder = new Recorder(table, ledger, meters);
        this.desk = new FeedbackDesk(table, ledger, recorder, store);
        this.shadow = new Shadow(catalogue, requests, recorder::shadow);
        this.writer = new StoreWriter(ledger, store, mostAnswers, this::eachSecond);
        meters.lost(() -> ledger.lost() + recorder.lost());
    }

    /** An id for an answer: no two are alike, and later ones come later in their order. */
    public String nextId() {
        return AnswerIds.next(clock);
    }

    /** Takes down what was answered. */
    public void answered(AnsweredRequest request) {
        recorder.offer(request);
    }

    /** Perhaps runs the other variants later on a picture of a request that was dealt, for the answer {@code id}. */
    public void seen(String id, ServedModel model, Dealt dealt, SeenPicture picture) {
        double sample = dealt.experiment().shadowSample();
        if (model.variants().size() > 1
                && sample > 0
                && ThreadLocalRandom.current().nextDouble() < sample) {
            shadow.offer(new ShadowTask(id, model, dealt.variant(), picture));
        }
    }

    /** A request was accepted: shadow runs give way. */
    public void requestArrived() {
        shadow.giveWay();
    }

    /** Makes the meters of a model that is loaded, and deals by what was declared for it while it was served before. */
    public void loaded(ServedModel model) {
        meters.announce(model.name(), Baseline.names(model), Baseline.of(model));
        try {
            apply(model, Optional.ofNullable(store.declared().get(model.name())));
        } catch (StoreException gone) {
            LOG.debugf(gone, "%s: what was declared at run time is not known yet", model.name());
        }
    }

    /** Forgets the meters of a model that is gone. */
    public void forgotten(String model) {
        meters.forgotten(model);
        history.forget(model);
    }

    private void eachSecond() {
        applyDeclared();
        if (++seconds % SECONDS_BETWEEN_MOMENTS == 0) {
            catalogue.models().forEach(entry -> entry.served()
                    .filter(model -> model.variants().size() > 1)
                    .ifPresent(this::keepMoment));
        }
    }

    private void keepMoment(ServedModel model) {
        String experiment = model.experiment().key();
        history.add(model.name(), experiment, current(model).moment(clock.instant()));
    }

    /** Deals by what any process that shares the store was told to. */
    private void applyDeclared() {
        if (!store.isShared()) {
            return;
        }
        Map<String, Declared> declared = store.declared();
        catalogue.models().forEach(entry -> entry.served()
                .ifPresent(model -> apply(model, Optional.ofNullable(declared.get(model.name())))));
    }

    /** Only in place of the manifest's experiment that it was declared in place of. */
    private static void apply(ServedModel model, Optional<Declared> declared) {
        String manifest = ExperimentText.write(model.declaredExperiment());
        declared.filter(one -> one.insteadOf().equals(manifest))
                .filter(one -> !one.definition().equals(ExperimentText.write(model.experiment())))
                .ifPresent(one -> model.deal(ExperimentText.read(one.definition(), traffic(model))));
    }

    private static Map<String, Integer> traffic(ServedModel model) {
        Map<String, Integer> traffic = new LinkedHashMap<>();
        for (LoadedVariant variant : model.variants()) {
            traffic.put(variant.name(), variant.share());
        }
        return traffic;
    }

    /**
     * Deals the requests to {@code model} from now on as {@code declared} says, in the keys of the manifest; within a
     * second in every process that shares the store, and after a restart.
     *
     * @throws io.foldserve.problem.InvalidInputException with every problem of the declaration
     * @throws StoreException if the store is gone; all stays as it is then
     */
    public ExperimentReport declare(ServedModel model, Map<String, @Nullable Object> declared) {
        Experiment experiment = ExperimentReader.read(declared, traffic(model));
        String manifest = ExperimentText.write(model.declaredExperiment());
        store.declare(model.name(), new Declared(manifest, ExperimentText.write(experiment)));
        model.deal(experiment);
        LOG.infof("%s: experiment %s", model.name(), ExperimentText.write(experiment));
        return report(model);
    }

    /** What has been shown so far. */
    public ExperimentReport report(ServedModel model) {
        return current(model).with(history.of(model.name(), model.experiment().key()));
    }

    private ExperimentReport current(ServedModel model) {
        recorder.catchUp();
        Ledger.Counted counted = ledger.counted(model.name(), model.experiment().key());
        Map<String, Long> units = recorder.units().of(model.name(), model.experiment());
        return new Reporter(model, new Tallies(counted.counts()), units).report(counted.byAll() ? "all" : "this");
    }

    /** Where the variants of a model disagree. */
    public DisagreementReport disagreements(ServedModel model) {
        recorder.catchUp();
        String key = model.experiment().key();
        List<Answered> answers = table.all(answered ->
                answered.model().equals(model.name()) && answered.experiment().equals(key));
        Tallies tallies = new Tallies(ledger.counted(model.name(), key).counts());
        return new Disagreements(model).report(answers, tallies);
    }

    /**
     * Counts what was right, each answer once, for good when this returns.
     *
     * @throws io.foldserve.task.InvalidRequestException if the model does not classify
     * @throws StoreException if the store is gone; nothing is counted then
     */
    public FeedbackResult feedback(ServedModel model, List<FeedbackItem> items) {
        return desk.classes(model, items);
    }

    /**
     * The same of a mask.
     *
     * @throws io.foldserve.task.InvalidRequestException if the model does not segment, or the mask does not suit
     * @throws StoreException if the store is gone; nothing is counted then
     */
    public FeedbackResult feedback(ServedModel model, String id, LabelMask mask) {
        return desk.mask(model, id, mask);
    }

    /** Writes what is known, and ends. */
    @Override
    public void close() {
        shadow.close();
        recorder.close();
        writer.close();
        store.close();
    }
}
