/// <summary>What is said in this sample.</summary>
/// <param name="Training">By voices to learn from.</param>
/// <param name="Tested">By new voices.</param>
/// <param name="Recorded">By a person; null where the package of her recordings isn't installed.</param>
internal sealed record Corpus(Utterance[] Training, Utterance[] Tested, Utterance[]? Recorded)
{
    /// <summary>Has it spoken; the same each time.</summary>
    /// <param name="voices">All that are installed.</param>
    /// <param name="speech">Where spoken lines are kept.</param>
    public static Corpus Speak(IReadOnlyList<Voice> voices, Sizes sizes, string speech)
    {
        // Each voice's utterances are changed as microphones, rooms and telephones change them; the person's stay as they are.
        var random = new Random(1);
        Utterance[] spoken = Speakers.Say([.. voices.Where(voice => !voice.IsNew)], sizes.Utterances, speech, random);
        Utterance[] tested = Speakers.Say([.. voices.Where(voice => voice.IsNew)], sizes.Tested, speech, random);
        Utterance[]? person = Person.Find(strings: sizes.Tested / 5, random);
        Utterance[] training = Utterance.Change(spoken, sizes.Changes, seed: 2);
        tested = Utterance.Change(tested, 1, seed: 3);
        random.Shuffle(tested);
        return new(training, tested, person);
    }

    /// <summary>
    /// Writes WAV files, and tables of them with the columns File, a path from the table's folder, Said and By: train.tsv, test.tsv and,
    /// where there is a person, person.tsv.
    /// </summary>
    /// <returns>The tables' files.</returns>
    public IReadOnlyList<string> WriteTables(string folder)
    {
        List<string> tables = [Write("train", Training), Write("test", Tested)];
        if (Recorded is not null)
            tables.Add(Write("person", Recorded));
        return tables;

        string Write(string name, Utterance[] utterances)
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            string[] rows = [.. utterances.Select((utterance, i) => $"{name}/{i + 1:00000}.wav\t{utterance.Said}\t{utterance.By}")];
            Parallel.For(0, rows.Length, i => File.WriteAllBytes(
                Path.Combine(folder, rows[i].Split('\t')[0]), utterances[i].Sound.ToWave()));
            string table = Path.Combine(folder, $"{name}.tsv");
            File.WriteAllLines(table, rows.Prepend("File\tSaid\tBy"));
            return table;
        }
    }
}
