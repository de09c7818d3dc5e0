import Dispatch
import Glibc

/// Waits for the signals that ask the program to end.
///
/// A class because it owns the signals' handlers until it is let go.
final class Termination {
    private let names: AsyncStream<String>
    private let sources: [any DispatchSourceSignal]

    /// From now on SIGTERM and SIGINT no longer end the process by themselves.
    ///
    /// Returns when Dispatch has taken the signals over, and leaves them to the system until then: whoever ignored them meanwhile would lose
    /// the one that comes right after the start, and the program would never end.
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
