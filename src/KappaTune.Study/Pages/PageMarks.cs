namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>
/// Colours and shapes. Each colour has a version for white and one for black ground; methods of a group have similar colours.
/// </summary>
internal static class PageMarks
{
    private static readonly (string Light, string Dark) Orange = ("#d4580a", "#ff9447"), Amber = ("#a87c00", "#e3bd3c"),
        Red = ("#b3263e", "#ff8090"), Brown = ("#8a5a3b", "#d0a480"), Blue = ("#3a6fb7", "#6aa2e6"), Teal = ("#0f7f8c", "#45c3d1"),
        Grey = ("#66707e", "#a2abb8"), Navy = ("#27408b", "#9db4ff"), Ink = ("#1b2028", "#e7eaef"), Green = ("#4d7c0f", "#9bd04a"),
        Mint = ("#0d7a5f", "#3fcf9f"), Purple = ("#7a3fb5", "#bf97f5"), Pink = ("#b8327f", "#f28cc4");

    private static readonly (string Light, string Dark)[] Selections = [Orange, Red, Amber, Brown], Baselines = [Blue, Grey, Teal, Navy],
        References = [Ink, Green], Adapters = [Purple, Pink, Mint],
        Any = [Orange, Blue, Green, Purple, Teal, Pink, Amber, Grey, Red, Mint, Navy];

    private static readonly string[] Symbols = ["circle", "square", "triangle", "diamond", "down"];

    /// <summary>
    /// A mark for each method, in order: the next colour of its group or, where these are used up, one that no method has.
    /// </summary>
    public static PageMark[] OfMethods(IReadOnlyList<ComparedMethod> methods)
    {
        var places = new Dictionary<string, int>();
        (string Light, string Dark)?[] colors = [.. methods.Select(method =>
        {
            int place = places[method.Group] = places.GetValueOrDefault(method.Group, -1) + 1;
            return place < Colors(method.Group).Length ? Colors(method.Group)[place] : default((string, string)?);
        })];
        var free = new Queue<(string, string)>(Any.Where(color => !colors.Contains(color)));
        return [.. methods.Select((method, index) => Mark(
            method.Title, colors[index] ?? (free.Count > 0 ? free.Dequeue() : Any[index % Any.Length]), index))];
    }

    /// <summary>A mark for each name, in order.</summary>
    public static PageMark[] Create(IEnumerable<string> names) =>
        [.. names.Select((name, index) => Mark(name, Any[index % Any.Length], index))];

    /// <summary>A mark for one thing, which may stand out.</summary>
    public static PageMark Create(string name, bool standsOut) => Mark(name, standsOut ? Orange : Blue, 0);

    private static (string Light, string Dark)[] Colors(string group) => group switch
    {
        "selection" => Selections,
        "control" => Baselines,
        "reference" => References,
        "adapter" => Adapters,
        _ => [],
    };

    private static PageMark Mark(string title, (string Light, string Dark) color, int symbol) =>
        new(title, color.Light, color.Dark, Symbols[symbol % Symbols.Length]);
}
