import KubernetesAPI
import Testing

@Suite struct CertificateValidityTests {
    private static let day: Int64 = 86_400

    private static func validity(chainNotAfter: Int64 = 10_000_000) -> CertificateValidity {
        CertificateValidity(notBefore: 1_000_000, notAfter: 10_000_000, chainNotAfter: chainNotAfter)
    }

    @Test(
        arguments: [
            (1_000_000, nil), (10_000_000 - 30 * day - 1, nil),
            (10_000_000 - 30 * day, "the serving certificate expires in 30 days"),
            (10_000_000 - 3_600, "the serving certificate expires in 1 hour"),
            (10_000_000, "the serving certificate expires in less than an hour"),
            (10_000_001, "the serving certificate expired less than an hour ago; every call fails"),
            (10_000_000 + day * 3, "the serving certificate expired 3 days ago; every call fails"),
            (999_999, "the serving certificate becomes valid in less than an hour; until then every call fails"),
        ] as [(Int64, String?)]
    )
    func `A certificate is reported from 30 days before it expires`(now: Int64, message: String?) {
        #expect(Self.validity().problem(atUnixSeconds: now)?.description == message)
    }

    @Test(
        arguments: [
            (5_000_000 - 30 * day - 1, nil), (5_000_000 - 30 * day, "an intermediate of the serving certificate expires in 30 days"),
            (5_000_000 + 2 * day, "an intermediate of the serving certificate expired 2 days ago"),
            (10_000_001, "the serving certificate expired less than an hour ago; every call fails"),
        ] as [(Int64, String?)]
    )
    func `An intermediate that expires before the certificate is reported`(now: Int64, message: String?) {
        #expect(Self.validity(chainNotAfter: 5_000_000).problem(atUnixSeconds: now)?.description == message)
    }

    @Test(arguments: [(999_999, nil), (1_000_000, "104 days"), (10_000_000 - day, "24 hours"), (10_000_001, nil)] as [(Int64, String?)])
    func `A valid certificate has a remaining time`(now: Int64, text: String?) {
        #expect(Self.validity().remaining(atUnixSeconds: now) == text)
    }
}
