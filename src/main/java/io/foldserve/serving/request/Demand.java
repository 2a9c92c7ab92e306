package io.foldserve.serving.request;

/**
 * What a request asks of the workers.
 *
 * @param model the model that it is for
 * @param pictures how many pictures it has, at least 1
 */
record Demand(String model, int pictures) {}
