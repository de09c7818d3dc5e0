import Foundation
import KubernetesAPI
import Logging
import Platform
import TestSupport
import Testing

@testable import WebhookServer

@Suite struct MessageHandlerTests {
    private static let moment = UnixTime(seconds: 1_806_480_930, milliseconds: 7)

    private func logger(to log: LineLog, as format: MessageFormat = .text) -> Logger {
        Logger(label: "test") { _ in MessageHandler(to: log, as: format, wallClock: { Self.moment }) }
    }

    /// What a logger writes.
    private func lines(as format: MessageFormat, _ body: (Logger) -> Void) async throws -> String {
        let pipe = try TestPipe()
        let log = LineLog(to: FileDescriptorWriter(descriptor: pipe.writeEnd), limits: .forMessages)
        body(logger(to: log, as: format))
        await log.close(waitingUpTo: .seconds(10))
        return String(decoding: try pipe.readAll(), as: UTF8.self)
    }

    @Test func `A message is one line with time and level`() async throws {
        let lines = try await lines(as: .text) { logger in
            logger.info("serving", metadata: ["mode": "audit"])
            logger.debug("not said")
            logger.error("a\nb\u{7f}\u{85}\u{2028}\u{1B}.yaml:1:1: é")
        }
        #expect(
            lines == #"""
                2027-03-31T08:15:30.007Z info: serving
                2027-03-31T08:15:30.007Z error: a\u{A}b\u{7F}\u{85}\u{2028}\u{1B}.yaml:1:1: é

                """#
        )
    }

    @Test func `A message as JSON is an object with time, level, text and fields in order`() async throws {
        let lines = try await lines(as: .json) { logger in
            let values: Logger.Metadata = [
                "a": .stringConvertible(2), "b": .stringConvertible(true), "names": ["x", "y"], "mode": "audit",
            ]
            logger.info("serving", metadata: values)
            logger.debug("not said")
            logger.warning("plain")
        }
        #expect(
            lines == #"""
                {"time":"2027-03-31T08:15:30.007Z","level":"info","message":"serving","a":2,"b":true,"mode":"audit","names":["x","y"]}
                {"time":"2027-03-31T08:15:30.007Z","level":"warning","message":"plain"}

                """#
        )
    }

    @Test func `JSON escapes what ends a line or controls a terminal, in texts, fields and names of fields`() async throws {
        let hostile = "a\n\"b\\\u{7f}\u{85}\u{2028}\u{1B}[2J\u{202E}é"
        let lines = try await lines(as: .json) { logger in
            var logger = logger
            logger[metadataKey: "of\nall"] = .dictionary([hostile: .string(hostile)])
            logger.error("\(hostile)", metadata: ["file": .string(hostile)])
        }
        #expect(lines.dropLast().unicodeScalars.allSatisfy { !VisibleText.isHidden($0) })
        #expect(lines.hasSuffix("}\n"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(lines.utf8)) as? [String: Any])
        #expect(object["message"] as? String == hostile)
        #expect(object["file"] as? String == hostile)
        #expect((object["of\nall"] as? [String: String]) == [hostile: hostile])
    }

    @Test func `The lowest level is that of the handler`() async throws {
        let lines = try await lines(as: .text) { logger in
            var logger = logger
            logger.logLevel = .error
            logger.warning("not said")
            logger.error("said")
            logger.logLevel = .debug
            logger.debug("also said")
        }
        #expect(lines.split(separator: "\n").map { $0.dropFirst(25) } == ["error: said", "debug: also said"])
    }

    @Test func `A reader that never reads loses lines, and logging never waits`() async throws {
        let pipe = try TestPipe()
        let log = LineLog(to: FileDescriptorWriter(descriptor: pipe.writeEnd), limits: .forMessages)
        let logger = logger(to: log)
        let text = String(repeating: "x", count: 1_000)
        // More than fits into the pipe, the queue and what is being written together.
        for _ in 0..<2_000 { logger.info("\(text)") }
        #expect(log.droppedLineCount > 1_000)
        await log.close(waitingUpTo: .milliseconds(10))
        #expect(try pipe.readAll().split(separator: 0x0a).count { $0.count == 1_031 } == 2_000 - log.droppedLineCount)
    }
}
