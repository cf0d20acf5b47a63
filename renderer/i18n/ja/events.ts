/** Japanese names of the events of a run; in English they are shown as the journal writes them. */
import type { EventName } from "#contract/events.ts";

export const jaEvents: Readonly<Record<`event.${EventName}`, string>> = {
  "event.RunStarted": "実行の開始",
  "event.RunPaused": "一時停止",
  "event.RunResumed": "再開",
  "event.CancelRequested": "中止の要求",
  "event.RunEnded": "実行の終了",
  "event.NodeSkipped": "ノードを省略",
  "event.SkipDeclined": "省略せず",
  "event.NodeFailed": "ノードの失敗",
  "event.NodeNotReached": "ノードに未到達",
  "event.AttemptStarted": "試行の開始",
  "event.AttemptSucceeded": "試行の成功",
  "event.AttemptFailed": "試行の失敗",
  "event.AttemptLost": "試行の中断",
  "event.AttemptCancelled": "試行の中止",
  "event.WaitStarted": "待機の開始",
  "event.TimerSet": "タイマーの設定",
  "event.TimerFired": "タイマーの満了",
  "event.HumanTaskOpened": "判断の依頼",
  "event.HumanTaskDecided": "判断の決定",
  "event.EdgeTaken": "線を通過",
  "event.LoopTaken": "ループ",
  "event.LoopExhausted": "ループの上限到達",
};
