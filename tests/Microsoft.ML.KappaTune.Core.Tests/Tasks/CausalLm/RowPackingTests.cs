using Microsoft.ML.KappaTune.Tasks.CausalLm;

namespace Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;

public class RowPackingTests
{
    [Fact]
    public void Every_text_is_in_one_row_and_rows_are_full()
    {
        var random = new Random(1);
        LanguageModelRow[] texts = [.. Enumerable.Range(0, 200).Select(i => Text(i, random.Next(1, 41)))];
        LanguageModelRow[] rows = RowPacking.Pack(texts, 40);
        Assert.All(rows, row => Assert.InRange(row.Ids.Length, 1, 40));
        int all = texts.Sum(text => text.Ids.Length);
        Assert.InRange(rows.Length, (all + 39) / 40, (all + 39) / 40 + 5);
        Assert.Equal(texts.Sum(text => text.Counted), rows.Sum(row => row.Counted));
        // The texts are told apart by their tokens.
        Assert.Equal(Enumerable.Range(0, 200), rows.SelectMany(row => row.Ids).Distinct().Order());
        foreach (LanguageModelRow row in rows)
        {
            Assert.Equal(row.Ids.Distinct().Select((_, i) => i + 1), row.Texts.Distinct());
            Assert.All(
                row.Ids.Zip(row.Texts).GroupBy(pair => pair.Second),
                text => Assert.Equal(texts[text.First().First].Ids, text.Select(pair => pair.First)));
        }
    }

    [Fact]
    public void The_texts_alone_decide()
    {
        LanguageModelRow[] texts = [Text(0, 3), Text(1, 8), Text(2, 5), Text(3, 10), Text(4, 2)];
        int[][] rows = [.. RowPacking.Pack(texts, 10).Select(row => row.Ids.Distinct().ToArray())];
        Assert.Equal([[3], [1], [2, 0, 4]], rows);
    }

    [Fact]
    public void A_text_alone_is_as_it_was()
    {
        LanguageModelRow text = Text(7, 4);
        Assert.Same(text, Assert.Single(RowPacking.Pack([text], 10)));
    }

    private static LanguageModelRow Text(int id, int length) =>
        new([.. Enumerable.Repeat(id, length)], [.. Enumerable.Range(0, length).Select(i => i % 2 == 0 ? id : -1)],
            [.. Enumerable.Repeat(1, length)]);
}
