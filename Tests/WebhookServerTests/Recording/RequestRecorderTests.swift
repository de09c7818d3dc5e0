import AdmissionPolicy
import Foundation
import KubernetesAPI
import Logging
import NIOConcurrencyHelpers
import Synchronization
import Testing

@testable import Platform
@testable import WebhookServer

@Suite struct RequestRecorderTests {
    /// Keeps files in memory like a disk that can be full or slow.
    private final class MadeUpStore: RecordStore {
        let path = "/made/up"
        let contents = Mutex<[String: [UInt8]]>([:])
        let isFull = Mutex(false)
        /// Writing waits until this is true.
        let isOpen = ConditionLock(value: true)

        func files() throws(FileError) -> [PrivateDirectory.File] {
            contents.withLock { contents in
                contents.sorted { $0.key < $1.key }.enumerated().map { index, file in
                    PrivateDirectory.File(name: file.key, byteCount: file.value.count, modified: Int64(index))
                }
            }
        }

        func replace(_ name: String, with bytes: [UInt8]) throws(FileError) {
            isOpen.lock(whenValue: true)
            isOpen.unlock()
            if isFull.withLock({ $0 }) { throw .system(path: path, code: ENOSPC) }
            contents.withLock { $0[name] = bytes }
        }

        func remove(_ name: String) { contents.withLock { $0[name] = nil } }

        var names: [String] { contents.withLock { $0.keys.sorted() } }
    }

    private static func review(_ name: String, namespace: String = "n", image: String = "i") -> AdmissionReview {
        var container = Container()
        container.image = image
        let request = AdmissionRequest.creatingPod(name, namespace: namespace, containers: [container])
        return AdmissionReview(version: .v1, request: request)
    }

    private static func recorder(
        _ store: MadeUpStore,
        _ limits: RequestRecorder.Limits = .init(),
        named: Set<String> = [],
        _ log: RecordingLog = .init()
    ) throws -> RequestRecorder {
        try RequestRecorder(store: store, limits: limits, named: named, logger: log.logger)
    }

    private static func offer(_ reviews: [AdmissionReview], to recorder: RequestRecorder) {
        for (second, review) in reviews.enumerated() {
            recorder.offer(review, decided: .allow, bodyByteCount: 1_000, at: UnixTime(seconds: 1_000 + Int64(second)))
        }
    }

    @Test func `A recorded request is read back unchanged`() async throws {
        let store = MadeUpStore()
        let recorder = try Self.recorder(store)
        let review = Self.review("web")
        Self.offer([review, review], to: recorder)
        await recorder.close(waitingUpTo: .seconds(60))
        let bytes = try #require(store.contents.withLock { $0.values.first })
        #expect(try Self.read(bytes) == review)
        #expect(recorder.writtenRecordCount == 1 && recorder.droppedRecordCount == 0)
    }

    private static func read(_ bytes: [UInt8]) throws -> AdmissionReview {
        try AdmissionReview(parsing: bytes.span)
    }

    @Test func `A slow disk loses records, which are counted, and nobody waits`() async throws {
        let store = MadeUpStore()
        store.isOpen.lock()
        store.isOpen.unlock(withValue: false)
        var limits = RequestRecorder.Limits()
        limits.queueLimit = 3
        let recorder = try Self.recorder(store, limits)
        // The thread may have taken the first ones out of the queue already.
        Self.offer((0..<100).map { Self.review("a\($0)x") }, to: recorder)
        let dropped = recorder.droppedRecordCount
        #expect(dropped >= 100 - 6 && dropped <= 100 - 3)
        store.isOpen.lock()
        store.isOpen.unlock(withValue: true)
        await recorder.close(waitingUpTo: .seconds(60))
        #expect(recorder.writtenRecordCount + recorder.droppedRecordCount == 100)
        #expect(store.names.count == 100 - dropped)
    }

    @Test func `Requests of made-up namespaces leave a named one half of the queue, and its files`() async throws {
        let store = MadeUpStore()
        store.isOpen.lock()
        store.isOpen.unlock(withValue: false)
        var limits = RequestRecorder.Limits()
        (limits.queueLimit, limits.fileLimit) = (8, 8)
        let recorder = try Self.recorder(store, limits, named: ["payments"])
        Self.offer((0..<100).map { Self.review("web", namespace: "n\($0)") }, to: recorder)
        let dropped = recorder.droppedRecordCount
        #expect(dropped >= 100 - 8 && dropped <= 100 - 4)
        Self.offer((0..<4).map { Self.review("a\($0)x", namespace: "payments") }, to: recorder)
        #expect(recorder.droppedRecordCount == dropped)
        store.isOpen.lock()
        store.isOpen.unlock(withValue: true)
        try await Eventually.holds { recorder.writtenRecordCount + dropped == 104 }
        for round in 0..<25 { Self.offer((0..<4).map { Self.review("web", namespace: "f\(round)-\($0)") }, to: recorder) }
        await recorder.close(waitingUpTo: .seconds(60))
        #expect(store.names.filter { $0.hasPrefix("payments_") }.count == 4 && store.names.count == 8)
    }

    @Test(arguments: ["payments", "other"])
    func `The largest request is recorded, whatever Namespace policies name`(namespace: String) async throws {
        let store = MadeUpStore()
        let recorder = try Self.recorder(store, named: ["payments"])
        let body = HTTPLimits().bodyByteLimit
        recorder.offer(Self.review("web", namespace: namespace), decided: .allow, bodyByteCount: body, at: UnixTime(seconds: 1_000))
        await recorder.close(waitingUpTo: .seconds(60))
        #expect(recorder.writtenRecordCount == 1 && recorder.droppedRecordCount == 0)
    }

    @Test func `Large bodies fill the queue by their bytes`() async throws {
        let store = MadeUpStore()
        store.isOpen.lock()
        store.isOpen.unlock(withValue: false)
        var limits = RequestRecorder.Limits()
        limits.queueByteLimit = 1_500
        let recorder = try Self.recorder(store, limits)
        Self.offer((0..<100).map { Self.review("a\($0)x") }, to: recorder)
        #expect(recorder.droppedRecordCount >= 98)
        store.isOpen.lock()
        store.isOpen.unlock(withValue: true)
        await recorder.close(waitingUpTo: .seconds(60))
    }

    @Test func `A full disk is reported once, loses records, and is tried again`() async throws {
        let (store, log) = (MadeUpStore(), RecordingLog())
        store.isFull.withLock { $0 = true }
        let recorder = try Self.recorder(store, .init(), named: [], log)
        let reviews = [Self.review("a-x"), Self.review("b-x")]
        Self.offer(reviews, to: recorder)
        try await Eventually.holds { recorder.droppedRecordCount == 2 }
        store.isFull.withLock { $0 = false }
        Self.offer(reviews, to: recorder)
        await recorder.close(waitingUpTo: .seconds(60))
        #expect(recorder.writtenRecordCount == 2)
        #expect(
            log.takeLines() == [
                "warning: cannot record requests; they are still decided: /made/up: No space left on device",
                "info: recording requests again",
            ]
        )
    }

    @Test func `A record larger than the limit is dropped`() async throws {
        let store = MadeUpStore()
        let recorder = try Self.recorder(store)
        Self.offer([Self.review("web", image: String(repeating: "i", count: 256 << 10))], to: recorder)
        await recorder.close(waitingUpTo: .seconds(60))
        #expect(store.names.isEmpty && recorder.droppedRecordCount == 1)
    }

    @Test func `The directory stays within its limits, including files of an earlier process`() async throws {
        let store = MadeUpStore()
        let old = (0..<8).map { "n_000000000000000\($0).json" }
        store.contents.withLock { contents in
            for name in old + ["notes.txt"] { contents[name] = [1] }
        }
        var limits = RequestRecorder.Limits()
        limits.fileLimit = 5
        let recorder = try Self.recorder(store, limits)
        #expect(store.names == old.suffix(5) + ["notes.txt"])
        Self.offer([Self.review("web", namespace: "quiet")], to: recorder)
        await recorder.close(waitingUpTo: .seconds(60))
        #expect(store.names.count == 6 && store.names.contains { $0.hasPrefix("quiet_") } && !store.names.contains(old[3]))
    }

    @Test func `After the end nothing is recorded`() async throws {
        let store = MadeUpStore()
        let recorder = try Self.recorder(store)
        await recorder.close(waitingUpTo: .seconds(60))
        Self.offer([Self.review("web")], to: recorder)
        #expect(store.names.isEmpty && recorder.droppedRecordCount == 0)
    }
}
