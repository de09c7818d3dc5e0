import Dispatch
import Glibc

/// Waits for the signals that ask the program to end.
///
/// A class because it owns the signals' handlers until it is let go.
final class Termination {
    private let names: AsyncStream<String>
    private let sources: [any DispatchSourceSignal]

    /// From now on SIGTERM and SIGINT no longer end the process by themselves.
    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        names = stream
        sources = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")].map { number, name in
            Glibc.signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(name) }
            source.resume()
            return source
        }
    }

    /// The name of the first signal.
    func signal() async -> String {
        for await name in names { return name }
        return "cancelled"
    }
}
