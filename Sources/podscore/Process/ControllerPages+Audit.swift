import ClusterController
import KubernetesAPI
import Platform
import PolicySources
import Reports
import WebhookServer

extension ControllerPages {
    /// The last audit that has read all Pods, in a form; before the first one, a page for a browser says what it waits for.
    func audit(in form: ControllerServer.AuditForm) -> ControllerServer.AuditPage? {
        guard let page = loop.page else { return form == .page ? waitingPage : nil }
        let age = Int(clamping: (ContinuousClock.now - page.readAt).components.seconds)
        return switch form {
        case .json: ControllerServer.AuditPage(body: page.json, ageSeconds: age)
        case .table: ControllerServer.AuditPage(body: page.table, ageSeconds: age)
        case .page: ControllerServer.AuditPage(body: page.html.bytes(saying: lines(age)), ageSeconds: age, policy: page.html.policy)
        }
    }

    private var waitingPage: ControllerServer.AuditPage {
        let page = AuditHTML.waiting(saying: "<p>No audit is complete yet. Audit: \(auditText).</p>\n", version: Version.text)
        return ControllerServer.AuditPage(body: page.bytes, ageSeconds: 0, policy: page.policy)
    }

    /// How old the result is, and what has happened since.
    private func lines(_ age: Int) -> HTML {
        let time = UnixTime(seconds: UnixTime.now.seconds - Int64(age))
        return """
            <p>The cluster as it was \(AgeText.of(seconds: age)) ago, on \(CivilDate(time).description) at \(AgeText.clock(time)) UTC.</p>
            <p class="faint">Audit: \(auditText).</p>

            """
    }
}

/// Ages and times of day as people say them.
enum AgeText {
    /// The age in its largest one or two units, such as `45 s`, `12 min` or `3 h 5 min`.
    static func of(seconds: Int) -> String {
        switch max(0, seconds) {
        case let seconds where seconds < 60: "\(seconds) s"
        case let seconds where seconds < 3_600: "\(seconds / 60) min"
        case let seconds where seconds < 172_800: "\(seconds / 3_600) h \(seconds / 60 % 60) min"
        case let seconds: "\(seconds / 86_400) days"
        }
    }

    /// The hour and minute in UTC, such as `08:05`.
    static func clock(_ time: UnixTime) -> String {
        let minute = Int(time.seconds / 60 % 1_440)
        return [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}
