using System.Threading.Channels;

namespace KappaTune.Cli.Data;

/// <summary>Rows of a pipe, in portions of what has arrived: nobody waits for a later row to see what an earlier one gives.</summary>
internal static class ArrivingRows
{
    // As many as the largest window of a cursor that scores texts.
    private const int LargestPortion = 512;

    /// <summary>
    /// Reads the rows on a thread of its own, ahead by one portion at most. A portion has a row at least; what is wrong with a row is
    /// thrown when all before it were given.
    /// </summary>
    public static IEnumerable<IReadOnlyList<string[]>> Portions(IEnumerable<string[]> rows, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<string[]>(LargestPortion);
        // A read that waits for a row can't be cancelled: the process ends without it.
        new Thread(() => Fill(channel.Writer, rows)) { IsBackground = true }.Start();
        try
        {
            while (channel.Reader.WaitToReadAsync(cancellationToken).AsTask().GetAwaiter().GetResult())
            {
                List<string[]> portion = [];
                while (portion.Count < LargestPortion && channel.Reader.TryRead(out string[]? row))
                    portion.Add(row);
                yield return portion;
            }
        }
        finally
        {
            channel.Writer.TryComplete();
        }
    }

    private static void Fill(ChannelWriter<string[]> writer, IEnumerable<string[]> rows)
    {
        try
        {
            foreach (string[] row in rows)
                writer.WriteAsync(row).AsTask().GetAwaiter().GetResult();
            writer.TryComplete();
        }
        catch (Exception e)
        {
            // Thrown where the rows are taken; nowhere, where nobody wants more of them.
            writer.TryComplete(e);
        }
    }
}
