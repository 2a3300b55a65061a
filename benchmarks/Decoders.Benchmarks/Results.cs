/// <summary>What was measured in one way, round by round.</summary>
/// <param name="Part">The part of the benchmark.</param>
/// <param name="Measure">What the values are, with their unit.</param>
/// <param name="About">What else is to be said.</param>
internal sealed record Result(string Part, string Way, string Measure, double[] Values, string About = "");

/// <summary>A file with a line of JSON for each result; of one part, way and measure the last one counts.</summary>
internal sealed class Results(string path)
{
    private readonly JsonLines<Result> _lines = new(path);

    public IReadOnlyList<Result> Of(string part) =>
    [
        .. _lines.Read().Where(result => result.Part == part).GroupBy(result => (result.Way, result.Measure)).Select(same => same.Last()),
    ];

    public void Add(Result result) => _lines.Add(result);
}
