import Foundation
import Glibc
import Platform
import TestSupport
import Testing

@testable import WebhookServer

@Suite struct LineLogTests {
    @Test func `Lines arrive whole and in order`() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("decisions-\(UUID().uuidString)").path
        defer { unsafe unlink(path) }
        let log = LineLog(to: try FileDescriptorWriter(appendingTo: path))
        let lines = (0..<5_000).map { "{\"line\": \($0)}\n" }
        for line in lines { log.write(Array(line.utf8)) }
        await log.close(waitingUpTo: .seconds(10))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == lines.joined())
        #expect(log.droppedLineCount == 0)
    }

    @Test func `A reader that never reads loses lines, and neither logging nor closing waits`() async throws {
        let pipe = try TestPipe()
        var limits = LineLog.Limits()
        limits.lineLimit = 100
        limits.batchDelay = .zero
        let log = LineLog(to: FileDescriptorWriter(descriptor: pipe.writeEnd), limits: limits)
        let line = [UInt8](repeating: 0x61, count: 999) + [0x0a]
        for _ in 0..<1_000 { log.write(line) }
        #expect(log.droppedLineCount > 500)
        await log.close(waitingUpTo: .milliseconds(10))
        let arrived = try pipe.readAll()
        let wholeLines = arrived.split(separator: 0x0a).count { $0.count == 999 }
        #expect(log.droppedLineCount == 1_000 - wholeLines)
    }

    @Test func `A queue is also bounded by bytes`() async throws {
        let pipe = try TestPipe()
        var limits = LineLog.Limits()
        limits.byteLimit = 1_000
        limits.batchDelay = .seconds(10)
        let log = LineLog(to: FileDescriptorWriter(descriptor: pipe.writeEnd), limits: limits)
        for _ in 0..<3 { log.write([UInt8](repeating: 0x61, count: 399) + [0x0a]) }
        await log.close(waitingUpTo: .seconds(10))
        #expect(log.droppedLineCount == 1)
        #expect(try pipe.readAll().count == 800)
    }

    @Test func `A full device loses lines`() async throws {
        let log = LineLog(to: try FileDescriptorWriter(appendingTo: "/dev/full"))
        log.write([0x61, 0x0a])
        await log.close(waitingUpTo: .seconds(10))
        log.write([0x61, 0x0a])
        #expect(log.droppedLineCount == 2)
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.007Z"), (951_782_400, "2000-02-29T00:00:00.007Z"), (1_709_251_199, "2024-02-29T23:59:59.007Z"),
        (4_107_542_400, "2100-03-01T00:00:00.007Z"), (-1, "1969-12-31T23:59:59.007Z"), (1_806_480_930, "2027-03-31T08:15:30.007Z"),
    ])
    func `A time is written as RFC 3339`(seconds: Int64, text: String) {
        #expect(UnixTime(seconds: seconds, milliseconds: 7).timestamp == text)
    }
}
