import Foundation
import Logging
import Platform
import TestSupport
import Testing

@testable import WebhookServer

@Suite struct MessageHandlerTests {
    private static let moment = UnixTime(seconds: 1_806_480_930, milliseconds: 7)

    private func logger(to log: LineLog) -> Logger {
        Logger(label: "test") { _ in MessageHandler(to: log, wallClock: { Self.moment }) }
    }

    @Test func `A message is one line with time and level`() async throws {
        let pipe = try TestPipe()
        let log = LineLog(to: FileDescriptorWriter(descriptor: pipe.writeEnd), limits: .forMessages)
        let logger = logger(to: log)
        logger.info("serving")
        logger.debug("not said")
        logger.error("a\nb\u{7f}\u{85}\u{2028}\u{1B}.yaml:1:1: é")
        await log.close(waitingUpTo: .seconds(10))
        #expect(
            String(decoding: try pipe.readAll(), as: UTF8.self) == #"""
                2027-03-31T08:15:30.007Z info: serving
                2027-03-31T08:15:30.007Z error: a\u{A}b\u{7F}\u{85}\u{2028}\u{1B}.yaml:1:1: é

                """#
        )
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
