import NIOCore
import NIOHTTP1
import Testing

@testable import WebhookServer

/// Connections without a channel.
@Suite struct ConnectionStateTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func state(expectsHandshake: Bool = false) -> ConnectionState {
        ConnectionState(
            timeouts: ConnectionTimeouts(HTTPLimits()),
            expectsHandshake: expectsHandshake,
            lingerByteLimit: 100,
            at: start
        )
    }

    private func request(answerBy: NIODeadline? = nil) -> ConnectionState.Request {
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/", headers: ["Host": "a", "Content-Length": "2"])
        return .init(bodyReader: { _ in .answer(.tooLate) }, facts: RequestFacts(head), answerBy: answerBy, takesPlace: true)
    }

    /// Delivers a whole request and answers it.
    private func serve(_ state: inout ConnectionState, at now: NIODeadline) {
        _ = state.receiveBytes(100)
        state.receive(request(), body: RequestBody(announcedByteCount: 2, byteLimit: 10), at: now)
        let problem = state.append(ByteBuffer(string: "{}"), isCrowded: false)
        #expect(problem == nil)
        guard case .complete(_, let bytes) = state.endMessage(largeByteCount: 10, at: now) else { Issue.record("\(state.phase)"); return }
        #expect(bytes.count == 2)
        #expect(state.holdsParts)
        state.endRead(at: now)
        state.finishAnswer(at: now)
        state.settle()
    }

    @Test func `Handshake and first header have one deadline`() {
        var state = state(expectsHandshake: true)
        #expect(state.deadline == start + .seconds(10))
        state.completeHandshake()
        _ = state.receiveBytes(3)
        state.endRead(at: start + .seconds(9))
        #expect(state.deadline == start + .seconds(10))
        let expiry = state.expire(at: start + .seconds(9))
        #expect(expiry == .nothing)
        let expiry2 = state.expire(at: start + .seconds(10))
        #expect(expiry2 == .refuse(.header))
    }

    @Test func `A connection without a byte of a header is closed without an answer`() {
        var (silent, shaking) = (state(), state(expectsHandshake: true))
        _ = shaking.receiveBytes(3)
        shaking.endRead(at: start)
        let expiry = silent.expire(at: start + .seconds(10))
        #expect(expiry == .close)
        let expiry2 = shaking.expire(at: start + .seconds(10))
        #expect(expiry2 == .close)
    }

    @Test func `Between two requests the decoder is probed once, then the connection is idle`() {
        var state = state()
        serve(&state, at: start)
        #expect(state.deadline == start + .seconds(10))
        let expiry = state.expire(at: start + .seconds(10))
        #expect(expiry == .probe)
        state.beginProbe()
        state.receiveProbe()
        let isBetween = state.endProbe()
        #expect(isBetween)
        #expect(state.deadline == start + .seconds(120))
        let expiry2 = state.expire(at: start + .seconds(120))
        #expect(expiry2 == .close)
    }

    @Test func `A decoder that does not deliver the probe is inside of a header`() {
        var state = state()
        serve(&state, at: start)
        state.beginProbe()
        let isBetween = state.endProbe()
        #expect(!isBetween)
    }

    @Test func `A body has its own deadline, or the client's`() {
        for (answerBy, stall) in [(nil, ConnectionState.Stall.body), (start + .seconds(3), .bodyPastTimeout)] {
            var state = state()
            state.receive(request(answerBy: answerBy), body: RequestBody(announcedByteCount: 2, byteLimit: 10), at: start)
            #expect(state.deadline == answerBy ?? start + .seconds(15))
            let expiry = state.expire(at: state.deadline)
            #expect(expiry == .refuse(stall))
        }
    }

    @Test func `An answer that is not read ends the connection, and no bytes are read meanwhile`() {
        var state = state()
        serve(&state, at: start)
        #expect(state.mayRead(isWritable: true))
        state.awaitWriting(1, at: start)
        #expect(!state.mayRead(isWritable: true))
        state.awaitWriting(2, at: start + .seconds(5))
        #expect(state.deadline == start + .seconds(10))
        let expiry = state.expire(at: start + .seconds(10))
        #expect(expiry == .abort)
        state.awaitWriting(0, at: start)
        #expect(state.mayRead(isWritable: true))
        #expect(!state.mayRead(isWritable: false))
    }

    @Test func `Only a large body holds reads back`() {
        for (limit, isHeld) in [(1, true), (2, false)] {
            var state = state()
            state.receive(request(), body: RequestBody(announcedByteCount: 2, byteLimit: 10), at: start)
            let problem = state.append(ByteBuffer(string: "{}"), isCrowded: false)
            #expect(problem == nil)
            _ = state.endMessage(largeByteCount: limit, at: start)
            #expect(state.mayRead(isWritable: true) != isHeld)
        }
    }

    @Test func `The end waits for the current request, and for the first one of a new connection`() {
        var idle = state()
        serve(&idle, at: start)
        let drain = idle.drain(at: start)
        #expect(drain == .closeGently)
        var new = state()
        let drain2 = new.drain(at: start)
        #expect(drain2 == .nothing)
        #expect(new.deadline == start + .seconds(2))
        #expect(new.isEnding)
        var begun = state()
        serve(&begun, at: start)
        _ = begun.receiveBytes(1)
        begun.endRead(at: start)
        let drain3 = begun.drain(at: start)
        #expect(drain3 == .nothing)
        let end = new.end()
        #expect(end == .closeGently)
    }

    @Test func `After the last answer some bytes are dropped, then the connection is closed`() {
        var state = state()
        let begins = state.linger(at: start)
        #expect(begins)
        let begins2 = state.linger(at: start)
        #expect(!begins2)
        let fate = state.receiveBytes(100)
        #expect(fate == .drop)
        let fate2 = state.receiveBytes(1)
        #expect(fate2 == .close)
        let expiry = state.expire(at: start + .seconds(2))
        #expect(expiry == .close)
        let closes = state.closeInput()
        #expect(closes)
    }
}
