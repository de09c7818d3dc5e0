import NIOCore
import NIOConcurrencyHelpers
import Testing

@testable import WebhookServer

@Suite struct RepeatedPageTests {
    private let time = NIOLockedValueBox(NIODeadline.uptimeNanoseconds(1_000_000_000))

    private func pass(_ milliseconds: Int64) { time.withLockedValue { $0 = $0 + .milliseconds(milliseconds) } }

    /// A page that has a number and takes so long.
    private func made(_ number: UInt8, taking milliseconds: Int64) -> () -> [UInt8] {
        {
            self.pass(milliseconds)
            return [number]
        }
    }

    @Test func `Pages are new until making them took too long, and again after a while`() {
        let page = RepeatedPage { [time] in time.withLockedValue { $0 } }
        let first = (UInt8(1)...30).map { page.page(made($0, taking: 5))[0] }
        // 5 ms of each page, of which a fifth comes back, use up 100 ms with the 25th.
        #expect(first == Array(1...25) + Array(repeating: 25, count: 5))
        pass(4)
        #expect(page.page(made(31, taking: 5)) == [31])
        pass(10)
        #expect(page.page(made(32, taking: 5)) == [31])
        pass(10)
        #expect(page.page(made(33, taking: 5)) == [33])
        pass(1_000)
        #expect((UInt8(40)...50).map { page.page(made($0, taking: 5))[0] } == Array(40...50))
    }

    @Test func `A page that is seldom asked for is always new`() {
        let page = RepeatedPage { [time] in time.withLockedValue { $0 } }
        for number in UInt8(0)...200 {
            pass(100)
            #expect(page.page(made(number, taking: 15)) == [number])
        }
    }
}
