import NIOCore
import Testing

@testable import WebhookServer

struct RequestBodyTests {
    private let limits = WebhookServer.Limits()

    @Test func `A body that comes at once stays where it was read`() throws {
        let gauge = LoadGauge(limits: limits)
        var body = try RequestBody(announcedByteCount: 4, limits: limits, gauge: gauge)
        try body.append(ByteBuffer(string: "four"), gauge: gauge)
        guard case .piece(let buffer) = body.bytes else { Issue.record("\(body.bytes)"); return }
        #expect(String(buffer: buffer) == "four")
        #expect(body.bytes.count == 4)
        #expect(gauge.bufferedBytes == 4)
    }

    @Test(arguments: [391_456, 300_001, 20_000])
    func `Pieces are gathered in memory of the announced size`(announced: Int) throws {
        let gauge = LoadGauge(limits: limits)
        var body = try RequestBody(announcedByteCount: announced, limits: limits, gauge: gauge)
        let bytes = (0..<announced).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 8)) }
        for start in stride(from: 0, to: announced, by: 16_000) {
            try body.append(ByteBuffer(bytes: bytes[start..<min(start + 16_000, announced)]), gauge: gauge)
        }
        guard case .gathered(let array) = body.bytes else { Issue.record("\(body.bytes)"); return }
        #expect(array == bytes)
        #expect(array.capacity < announced + 4096)
        #expect(gauge.bufferedBytes == announced)
        body.release(to: gauge)
        #expect(gauge.bufferedBytes == 0)
    }

    @Test func `Pieces of a body without a length are gathered as they come`() throws {
        let gauge = LoadGauge(limits: limits)
        var body = try RequestBody(announcedByteCount: nil, limits: limits, gauge: gauge)
        for text in ["", "one ", "", "two ", "three"] { try body.append(ByteBuffer(string: text), gauge: gauge) }
        guard case .gathered(let array) = body.bytes else { Issue.record("\(body.bytes)"); return }
        #expect(String(decoding: array, as: UTF8.self) == "one two three")
        #expect(gauge.bufferedBytes == 13)
    }

    @Test(arguments: [1, 15, 16, 100])
    func `A chunked body of tiny chunks is refused after a bounded number of them, an announced one never`(byteCount: Int) throws {
        let gauge = LoadGauge(limits: limits)
        let chunk = ByteBuffer(repeating: 0x20, count: byteCount)
        var body = try RequestBody(announcedByteCount: nil, limits: limits, gauge: gauge)
        var chunkCount = 0
        var refusal: RequestBody.Refusal?
        while refusal == nil, chunkCount < 80_000 {
            do throws(RequestBody.Refusal) {
                try body.append(chunk, gauge: gauge)
                chunkCount += 1
            } catch {
                refusal = error
            }
        }
        #expect(refusal == (byteCount < 16 ? .fragmented : nil))
        #expect(refusal == nil || chunkCount <= RequestBody.freeChunkCount * 16 / (16 - byteCount))
        var announced = try RequestBody(announcedByteCount: 80_000, limits: limits, gauge: gauge)
        for _ in 0..<80_000 / byteCount { try announced.append(chunk, gauge: gauge) }
        #expect(announced.bytes.count == 80_000 / byteCount * byteCount)
    }
}
