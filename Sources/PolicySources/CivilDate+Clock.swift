package import KubernetesAPI
package import Platform

extension CivilDate {
    /// The day of a moment, in UTC.
    package init(_ moment: UnixTime) {
        let (days, rest) = moment.seconds.quotientAndRemainder(dividingBy: 86_400)
        self.init(daysSinceEpoch: rest < 0 ? days - 1 : days)
    }

    /// Today by the system's clock, in UTC.
    package static var now: Self { Self(UnixTime.now) }
}
