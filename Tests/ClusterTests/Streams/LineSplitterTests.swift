import TestSupport
import Testing

@testable import Cluster

@Suite struct LineSplitterTests {
    private func split(_ text: String, chunk: Int = .max, limit: Int = 1 << 20) -> (lines: [ReceivedText], pending: Int) {
        var splitter = LineSplitter(objectByteLimit: limit)
        var lines: [ReceivedText] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(chunk, bytes.count)) {
            splitter.consume(bytes.span.extracting(start..<min(bytes.count, start + min(chunk, bytes.count)))) { lines.append($0) }
        }
        return (lines, splitter.pendingByteCount)
    }

    @Test(arguments: [1, 2, 7, .max])
    func `Only a line feed ends an event`(chunk: Int) {
        let result = split("{\"a\":1}\n{\"b\":\"x y\"}\r\n\n{\"cut\":", chunk: chunk)
        #expect(result.lines == [ReceivedText(Array("{\"a\":1}".utf8)), ReceivedText(Array("{\"b\":\"x y\"}\r".utf8))])
        #expect(result.pending == 7)
    }

    @Test(arguments: ["pods-watch", "scorepolicies-watch-until-crd-is-deleted", "namespaces-watch-metadata-only"])
    func `Each event of a real watch is one line, however the stream is cut`(name: String) throws {
        let text = String(decoding: try Recording(name).body, as: UTF8.self)
        let whole = split(text)
        #expect(whole.pending == 0)
        #expect(whole.lines.count == text.split(separator: "\n").count)
        #expect(split(text, chunk: 1).lines == whole.lines)
        #expect(split(text, chunk: 1000).lines == whole.lines)
    }

    @Test(arguments: [1, .max])
    func `An event that is too large is reported with its name, and the next one is given out`(chunk: Int) throws {
        let large = #"{"type":"MODIFIED","object":{"metadata":{"name":"huge"},"x":"\#(String(repeating: "x", count: 500))"}}"#
        let result = split(large + "\n{\"a\":1}\n", chunk: chunk, limit: 100)
        #expect(result.lines.count == 2)
        let first = try #require(result.lines.first)
        #expect(first.isCut)
        #expect(first.byteCount == large.utf8.count)
        guard case .stored(let header, _) = try WatchEvent(reading: first) else {
            Issue.record("\(result.lines)")
            return
        }
        #expect(header.name == "huge")
        #expect(result.lines.last == ReceivedText(Array("{\"a\":1}".utf8)))
    }
}
