/// <summary>Recordings of a person: digits and some of the commands, as Debian's package of telephone prompts has them.</summary>
internal static class Person
{
    public const string Package = "asterisk-core-sounds-en-wav";

    private const string Folder = "/usr/share/asterisk/sounds/en_US_f_Allison", Name = "Allison Smith";

    private static readonly (string File, string Said)[] Commands =
    [
        ("dictate/pause", "pause"), ("dictate/record", "record"), ("pbx-transfer", "transfer"), ("vm-goodbye", "goodbye"),
        ("auth-thankyou", "thank you"), ("hello-world", "hello world"),
    ];

    /// <summary>Each digit and command once, and strings joined from the digits; null where the package isn't installed.</summary>
    public static Utterance[]? Find(int strings, Random random)
    {
        if (!Directory.Exists(Folder))
            return null;
        Sound[] digits = [.. Enumerable.Range(0, Phrases.Digits.Count).Select(digit => Read($"digits/{digit}"))];
        return
        [
            .. digits.Select((sound, digit) => new Utterance(Phrases.Digits[digit], Name, sound)),
            .. Commands.Select(command => new Utterance(command.Said, Name, Read(command.File))),
            .. Enumerable.Range(0, strings).Select(_ => Speakers.JoinDigits(Name, digit => digits[digit], random)),
        ];
    }

    private static Sound Read(string name) => Sound.Read(Path.Combine(Folder, $"{name}.wav")).Trimmed();
}
