import Metrics
import Synchronization
import Testing

@testable import ClusterController
@testable import podscore

/// The log of a controller.
struct ControllerLogTests {
    /// The lines of a log; a class because the log's closure adds to it.
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])

        /// The lines since the last call.
        func take() -> [String] {
            all.withLock { lines in
                defer { lines = [] }
                return lines
            }
        }
    }

    private let lines = Lines()
    private let log: ControllerLog

    init() {
        log = ControllerLog { [lines] level, text, subject in lines.all.withLock { $0.append("\(level) \(subject): \(text)") } }
    }

    private func end(_ result: ControllerMetrics.PassResult, reason: String = "", gaps: [String]? = [], nextIn: Duration? = .seconds(900)) {
        let findings = gaps.map { PassRecord.Findings(ownerCount: 3, deniedOwnerCount: 1, podCount: 7, gaps: $0) }
        let record = PassRecord(result: result, reason: reason, findings: findings, seconds: 2.04, unixSeconds: 0)
        log.log(AuditLoop.Event(record: record, failureCount: 0, nextIn: nextIn))
    }

    @Test func `A complete audit is one line`() {
        end(.complete)
        #expect(lines.take() == ["info audit: audit complete: 7 Pods of 3 owners, 1 would be denied; 2.0 s; next audit in 900 s"])
    }

    @Test func `A gap is logged once, until it is gone`() {
        end(.partial, gaps: ["no jobs"])
        #expect(lines.take().map { $0.prefix(20) } == ["warning audit: no jo", "warning audit: audit"])
        end(.partial, gaps: ["no jobs", "no Pods"])
        #expect(lines.take().first == "warning audit: no Pods")
        end(.failed, reason: "no server", gaps: nil)
        end(.partial, gaps: ["no jobs", "no Pods"])
        #expect(lines.take().count == 2)
        end(.complete)
        end(.partial, gaps: ["no jobs"])
        #expect(lines.take().contains("warning audit: no jobs"))
    }

    @Test func `The reason of a failure is a warning once`() {
        for _ in 0..<3 { end(.failed, reason: "no server", gaps: nil, nextIn: .seconds(5)) }
        #expect(
            lines.take() == ["warning", "info", "info"].map { "\($0) audit: audit failed: no server; 2.0 s; next audit in 5 s" }
        )
    }

    @Test func `A pass that is cut at the end of the controller is no warning`() {
        end(.cut, reason: "the controller ends", gaps: nil, nextIn: nil)
        #expect(lines.take() == ["info audit: audit cut: the controller ends; 2.0 s"])
    }

    @Test func `Problems of writes are logged once for each kind, and what was written each time`() {
        for _ in 0..<2 { log.log(ControllerNote(subject: .status, summary: "2 written", problems: ["no right"])) }
        log.log(ControllerNote(subject: .report, summary: "", problems: ["no right"]))
        #expect(
            lines.take() == [
                "warning status: no right", "info status: status: 2 written", "info status: status: 2 written", "warning report: no right",
            ]
        )
    }

    @Test func `Many problems are cut`() {
        log.log(ControllerNote(subject: .event, summary: "", problems: (0..<50).map { "problem \($0)" }))
        #expect(lines.take().suffix(2) == ["warning event: problem 19", "warning event: and 30 more problems"])
    }
}
