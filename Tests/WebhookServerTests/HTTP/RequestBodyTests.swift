import NIOCore
import Platform
import Testing

@testable import WebhookServer

struct RequestBodyTests {
    @Test func `A body in one piece is not copied`() throws {
        var body = RequestBody(announcedByteCount: 4, byteLimit: 100)
        let problem = body.append(ByteBuffer(string: "four"))
        #expect(problem == nil)
        guard case .piece(let buffer) = body.bytes else { Issue.record("\(body.bytes)"); return }
        #expect(String(buffer: buffer) == "four")
        #expect(body.count == 4)
    }

    @Test(arguments: [391_456, 300_001, 20_000], [true, false])
    func `Pieces are gathered into a whole body`(byteCount: Int, isAnnounced: Bool) throws {
        var body = RequestBody(announcedByteCount: isAnnounced ? byteCount : nil, byteLimit: 1 << 20)
        let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 8)) }
        for start in stride(from: 0, to: byteCount, by: 16_000) {
            let problem = body.append(ByteBuffer(bytes: bytes[start..<min(start + 16_000, byteCount)]))
            #expect(problem == nil)
            if start == 0 { body.detach() }
        }
        guard case .gathered(let array) = body.bytes else { Issue.record("\(body.bytes)"); return }
        #expect(array == bytes)
        if isAnnounced { #expect(array.capacity < byteCount + 4096) }
    }

    @Test func `An announced body takes no memory until it arrives`() throws {
        var body = RequestBody(announcedByteCount: 32 << 20, byteLimit: 32 << 20)
        let problem = body.append(ByteBuffer(string: "{"))
        #expect(problem == nil)
        body.detach()
        let problem2 = body.append(ByteBuffer(string: "}"))
        #expect(problem2 == nil)
        guard case .gathered(let array) = body.bytes else { Issue.record("\(body.bytes)"); return }
        #expect(array.capacity < 8 << 10)
    }

    /// The capacities that a body has while so many bytes arrive.
    private func capacities(announced: Int?, byteCount: Int, isCrowded: Bool) -> [Int] {
        var body = RequestBody(announcedByteCount: announced, byteLimit: 32 << 20)
        var capacities: [Int] = []
        for start in stride(from: 0, to: byteCount, by: 16_000) {
            _ = body.append(ByteBuffer(repeating: 0, count: min(16_000, byteCount - start)), isCrowded: isCrowded)
            body.detach(isCrowded: isCrowded)
            if case .gathered(let array) = body.bytes, array.capacity != capacities.last { capacities.append(array.capacity) }
        }
        return capacities
    }

    @Test(arguments: [nil, 1 << 20, 32 << 20])
    func `A body that can outgrow the heap is in a small block, and then in memory that goes back to the system`(announced: Int?) {
        let capacities = capacities(announced: announced, byteCount: 300_000, isCrowded: false)
        #expect(capacities.count == 2 && capacities[0] < 100_000 && capacities[1] >= HeapThreshold.mappingByteCount, "\(capacities)")
    }

    @Test(arguments: [nil, 20_000, 300_000]) func `A body among many others goes back to the system`(announced: Int?) {
        let capacities = capacities(announced: announced, byteCount: announced ?? 300_000, isCrowded: true)
        #expect(capacities.count == 1 && capacities[0] >= HeapThreshold.mappingByteCount, "\(capacities)")
    }

    @Test func `A growing body is copied a few times and not with each piece`() throws {
        var body = RequestBody(announcedByteCount: nil, byteLimit: 32 << 20)
        var capacities: Set<Int> = []
        for _ in 0..<1_000 {
            let problem = body.append(ByteBuffer(repeating: 0, count: 16_000))
            #expect(problem == nil)
            if case .gathered(let array) = body.bytes { capacities.insert(array.capacity) }
        }
        #expect(capacities.count <= 6)
    }

    @Test func `A piece beyond the limit is refused`() throws {
        for announced in [nil, 10] {
            var body = RequestBody(announcedByteCount: announced, byteLimit: 10)
            let problem = body.append(ByteBuffer(string: "123456"))
            #expect(problem == nil)
            let problem2 = body.append(ByteBuffer(string: "78901"))
            #expect(problem2 == .tooLarge)
            let problem3 = body.append(ByteBuffer(string: "7890"))
            #expect(problem3 == nil)
            #expect(body.count == 10)
        }
    }

    @Test func `Pieces of a body without a length are gathered`() throws {
        var body = RequestBody(announcedByteCount: nil, byteLimit: 100)
        for text in ["", "one ", "", "two ", "three"] {
            let problem = body.append(ByteBuffer(string: text))
            #expect(problem == nil)
        }
        guard case .gathered(let array) = body.takeBytes() else { Issue.record("\(body.bytes)"); return }
        #expect(String(decoding: array, as: UTF8.self) == "one two three")
        #expect(body.count == 0)
    }

    @Test(arguments: [1, 15, 16, 100])
    func `A body of tiny chunks is refused after a number of them, an announced one never`(byteCount: Int) throws {
        let chunk = ByteBuffer(repeating: 0x20, count: byteCount)
        var body = RequestBody(announcedByteCount: nil, byteLimit: 32 << 20)
        var chunkCount = 0
        var problem: RequestBody.Problem?
        while problem == nil, chunkCount < 80_000 {
            problem = body.append(chunk)
            chunkCount += 1
        }
        #expect(problem == (byteCount < 16 ? .fragmented : nil))
        #expect(problem == nil || chunkCount <= RequestBody.freeChunkCount * 16 / (16 - byteCount) + 1)
        var announced = RequestBody(announcedByteCount: 80_000, byteLimit: 32 << 20)
        for _ in 0..<80_000 / byteCount {
            let problem = announced.append(chunk)
            #expect(problem == nil)
        }
        #expect(announced.count == 80_000 / byteCount * byteCount)
    }
}
