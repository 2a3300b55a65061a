/// <summary>What is said in this sample: strings of one to five digits, and commands.</summary>
internal static class Phrases
{
    public const int LongestString = 5;

    public static readonly IReadOnlyList<string> Digits =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    public static readonly IReadOnlyList<string> Commands =
    [
        "stop", "go back", "turn left", "turn right", "lights on", "lights off", "open the door", "close the door", "louder", "quieter",
        "play music", "call home", "pause", "record", "transfer", "goodbye", "thank you", "hello world",
    ];

    /// <summary>Digits, as many as the draw says.</summary>
    public static string[] DrawDigits(Random random) =>
        [.. Enumerable.Range(0, 1 + random.Next(LongestString)).Select(_ => Digits[random.Next(Digits.Count)])];
}
