import Metrics
import Platform
import TLS

/// The content of the controller's plain port at the time of a request.
struct ControllerView: Sendable {
    /// The pages that the controller fills.
    let pages: ControllerServer.Pages
    /// The certificate of the policy webhook; `nil` for plain HTTP, or without that webhook.
    let certificate: CertificateInForce?
    /// Counts reloads of policies and of the certificate.
    let reloads: ReloadMetrics
    /// The controller's own log, for the number of dropped lines.
    let messages: LineLog?
    /// The limits and gauges that the connections of the policy webhook share; `nil` without that webhook.
    let webhook: SharedResources?
    /// The limits and gauges that the connections of the plain port share.
    let shared: SharedResources
    /// The program's version.
    let version: String
    /// Tells the time at which the certificate has to be valid.
    let wallClock: @Sendable () -> UnixTime

    /// The conditions for readiness: those of the controller, then those of the server.
    var checks: [ReadinessCheck] {
        let certificates = webhook == nil ? [] : [ReadinessCheck.certificate(certificate, at: wallClock())]
        return pages.readiness() + certificates + [.serving(isDraining: shared.isDraining)]
    }

    /// The page of metrics: those of the controller, then those of the server.
    var metricsPage: [UInt8] {
        var text = MetricsText()
        pages.metrics(&text)
        if let webhook { append(webhook, to: &text) }
        reloads.append(to: &text)
        text.begin(.droppedMessageLines)
        text.sample(.droppedMessageLines, messages?.droppedLineCount ?? 0)
        text.begin(.buildInfo)
        text.sample(.buildInfo, 1, labels: [version])
        return text.bytes
    }

    private func append(_ webhook: SharedResources, to text: inout MetricsText) {
        text.begin(.responses)
        for (code, count) in webhook.answers.samples { text.sample(.responses, count, labels: ["\(code)"]) }
        text.begin(.inFlight)
        text.sample(.inFlight, webhook.load.inFlight)
        text.begin(.bufferedBytes)
        text.sample(.bufferedBytes, webhook.load.bufferedBytes)
        text.begin(.closedConnections)
        for (reason, count) in webhook.closures.samples { text.sample(.closedConnections, count, labels: [reason]) }
        guard let certificate else { return }
        text.begin(.handshakeFailures)
        for (reason, count) in webhook.handshakes.samples { text.sample(.handshakeFailures, count, labels: [reason]) }
        text.begin(.certificateExpiry)
        text.sample(.certificateExpiry, certificate.tls.certificate.chainNotAfter)
    }
}
