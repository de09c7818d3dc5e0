import Dispatch
import Glibc

/// Waits for SIGTERM or SIGINT.
///
/// A class because it owns the signal handlers until it is released.
final class Termination {
    private let names: AsyncStream<String>
    private let sources: [any DispatchSourceSignal]

    /// Takes over SIGTERM and SIGINT, which then no longer end the process.
    ///
    /// Returns when Dispatch has taken over the signals. Until then they have their default effect, so that a signal right after the start
    /// is not lost.
    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let registered = DispatchSemaphore(value: 0)
        names = stream
        sources = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")].map { number, name in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(name) }
            source.setRegistrationHandler { registered.signal() }
            source.resume()
            return source
        }
        for _ in sources { registered.wait() }
    }

    /// The name of the first signal.
    func signal() async -> String {
        for await name in names { return name }
        return "cancelled"
    }
}
