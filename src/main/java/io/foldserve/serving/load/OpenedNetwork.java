package io.foldserve.serving.load;

import io.foldserve.graph.Graph;
import io.foldserve.serving.prepared.ProvedNetwork;
import io.foldserve.session.ModelSession;

/**
 * A network that may be served.
 *
 * @param serving with what comes before and behind the network in it
 * @param session its session, for the caller to close
 */
record OpenedNetwork(ProvedNetwork network, Graph serving, ModelSession session) {}
