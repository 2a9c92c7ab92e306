package io.foldserve.serving.request;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.CatalogueEntry;
import io.foldserve.serving.catalogue.LoadedVariant;
import io.foldserve.serving.catalogue.ModelLease;
import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.meter.RequestMeters;
import io.foldserve.task.image.ImageLimits;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

/**
 * What requests of every kind go through: the model is leased, the queue and the memory have room or refuse, and every
 * end is counted. Immutable; thread-safe.
 *
 * @param catalogue the models
 * @param queue the queue whose workers do the work
 * @param budget what all requests may hold together
 * @param limits what is decoded at most
 * @param deadline how long after its acceptance a request is still worth answering
 * @param meters what durations and outcomes are recorded in
 * @param nanoClock the queue's clock, in nanoseconds
 */
record Intake(
        Catalogue catalogue,
        RequestQueue queue,
        MemoryBudget budget,
        ImageLimits limits,
        Duration deadline,
        RequestMeters meters,
        LongSupplier nanoClock) {

    /**
     * Leases {@code model} to what {@code admit} makes of the lease and of the nanosecond at which this began; counts
     * the refusal if it makes nothing.
     *
     * @throws UnknownNameException if there is no such model
     * @throws NotReadyException if the model is not served now
     */
    <A extends AdmittedRequest> A admit(String model, BiFunction<ModelLease, Long, A> admit) {
        long start = nanoClock.getAsLong();
        try {
            ModelLease lease = catalogue.lease(model);
            try {
                return admit.apply(lease, start);
            } catch (RuntimeException failure) {
                lease.close();
                throw failure;
            }
        } catch (RuntimeException failure) {
            refused(model, Refusal.of(failure).outcome(), start);
            throw failure;
        }
    }

    /**
     * Refuses what the queue would refuse now.
     *
     * @throws QueueFullException if it would wait too long
     */
    void expectRoom(Demand demand) {
        queue.expectRoom(demand, deadline);
    }

    /**
     * Accepts {@code work} for a request that is handed over, whose model is released and whose end is told to {@code
     * count}, with the nanosecond at which it was accepted, once it is settled.
     *
     * @throws QueueFullException if it would wait too long
     * @throws NotReadyException if the service is shutting down
     */
    <T> Ticket<T> submit(AdmittedRequest admitted, Ticket.Work<T> work, Demand demand, ObjLongConsumer<Outcome> count) {
        Ticket<T> ticket = queue.submit(work, demand, deadline);
        ticket.onSettled(failure -> {
            admitted.held().release();
            Outcome outcome = failure.map(Refusal::of).map(Refusal::outcome).orElse(Outcome.OK);
            count.accept(outcome, ticket.acceptedNanos());
        });
        return ticket;
    }

    /** The limits of decoding for {@code ticket}, whose memory is held in {@code memory}. */
    ImageLimits limits(HeldMemory memory, Ticket<?> ticket) {
        return limits.within(memory::hold, ticket::expectWanted);
    }

    /** Counts a request that {@code variant} answered or failed to. */
    void count(LoadedVariant variant, Outcome outcome, long startNanos) {
        meters.request(variant.model(), variant.name(), outcome, nanoClock.getAsLong() - startNanos);
    }

    /** Counts a request to {@code model} that no variant was asked by, under no model if there is none of the name. */
    void refused(String model, Outcome outcome, long startNanos) {
        String known = catalogue.find(model).map(CatalogueEntry::name).orElse(RequestMeters.NONE);
        meters.request(known, RequestMeters.NONE, outcome, nanoClock.getAsLong() - startNanos);
    }
}
