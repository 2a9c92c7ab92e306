package io.foldserve.serving.experiment;

import io.foldserve.serving.experiment.ExperimentReport.Moment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the figures of each experiment went since the process began, at most {@value #MOST} moments of each: when there
 * are more, every second one is forgotten and they are taken half as often. Thread-safe.
 */
final class History {
    static final int MOST = 240;

    private final Map<String, Course> courses = new HashMap<>();

    /** What is kept of one experiment. */
    private static final class Course {
        private final String experiment;
        private final List<Moment> moments = new ArrayList<>();
        private int stride = 1;
        private int rounds;

        Course(String experiment) {
            this.experiment = experiment;
        }

        void add(Moment moment) {
            if (rounds++ % stride == 0) {
                moments.add(moment);
            }
            if (moments.size() > MOST) {
                for (int i = moments.size() - 2; i > 0; i -= 2) {
                    moments.remove(i);
                }
                stride *= 2;
            }
        }
    }

    /** Adds a moment of the experiment that is called {@code experiment}; another one of the model is forgotten. */
    synchronized void add(String model, String experiment, Moment moment) {
        courses.compute(
                        model,
                        (key, course) -> course != null && course.experiment.equals(experiment)
                                ? course
                                : new Course(experiment))
                .add(moment);
    }

    /** Forgets a model. */
    synchronized void forget(String model) {
        courses.remove(model);
    }

    /** The moments of an experiment, the oldest first. */
    synchronized List<Moment> of(String model, String experiment) {
        Course course = courses.get(model);
        return course == null || !course.experiment.equals(experiment) ? List.of() : List.copyOf(course.moments);
    }
}
